import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csv } from "../../stages/ingest/index.ts";
import { failure, folderWith, ingested } from "./ingested.ts";

type Options = Partial<Parameters<typeof csv>[0]>;

async function rows(content: string, options: Options = {}, name = "a.csv") {
  using folder = folderWith({ [name]: content });
  const source = csv({
    textColumns: 0,
    ...options,
    cwd: folder.path,
    files: name,
    urls: undefined,
  } as Parameters<typeof csv>[0]);
  return await ingested({ sources: [source], heldout: { share: 0 } });
}

async function texts(content: string, options: Options = {}, name?: string) {
  const { documents } = await rows(content, options, name);
  return documents.map(({ sentences }) => sentences.join(" "));
}

describe("CSV", () => {
  it("reads quoted cells with delimiters, quotes, line breaks and any line ends in them", async () => {
    const content = 'id,text\r\n1,"One, ""two"".\r\n\r\nThree."\r\n\r\n2,plain\n3,"x"\r4,last';
    const { documents } = await rows(content, { textColumns: "text", keyColumn: "id" });
    expect(documents.map(({ key, sentences }) => [key, ...sentences])).toEqual([
      ["a#1", 'One, "two".', "Three."],
      ["a#2", "plain"],
      ["a#3", "x"],
      ["a#4", "last"],
    ]);
    expect(documents[0]!.paragraphStarts).toEqual([0, 1]);
  });

  it("joins columns as paragraphs, and reads title and language", async () => {
    const { documents } = await rows("a;t;l;b\nOne.;My title;de-AT;Two.\nThree.;;;\n", {
      delimiter: ";",
      textColumns: ["b", "a"],
      titleColumn: "t",
      languageColumn: 2,
    });
    expect(documents[0]).toMatchObject({
      title: "My title",
      language: "de",
      sentences: ["Two.", "One."],
      paragraphStarts: [0, 1],
    });
    expect(documents[1]).toMatchObject({ title: "", sentences: ["Three."] });
  });

  it("takes quotes as they are in TSV, as GLUE does", async () => {
    const content = 'label\tsentence\n1\t"Unbalanced, she said.\n0\tA "quoted" word\n';
    expect(await texts(content, { textColumns: "sentence" }, "a.tsv")).toEqual([
      '"Unbalanced, she said.',
      'A "quoted" word',
    ]);
    expect(await texts(content, { textColumns: 1, header: false }, "a.tsv")).toHaveLength(3);
    const quoted = await texts('"a\tb"\tc\n', { quoting: true, header: false }, "a.tsv");
    expect(quoted).toEqual(["a b"]);
  });

  it("says where quotes cannot be followed, whatever may be rejected", async () => {
    for (const [content, line, code] of [
      ['a,b\n"c\nd",e\nx"y,z\n', 4, "INVALID_OPENING_QUOTE"],
      ['a,b\n"x"y,z\n', 2, "CSV_INVALID_CLOSING_QUOTE"],
      ['a,b\n1,2\n"x,y\n3,4\n', 3, "CSV_QUOTE_NOT_CLOSED"],
    ] as const) {
      const error = await failure(rows(content, { maxRejected: 0.9 }));
      expect(error.message).toMatch(/^the columns of .*a\.csv cannot be told apart$/);
      expect(error.details.where).toMatch(new RegExp(`a\\.csv:${line}$`));
      expect(error.details.got).toBe(code);
      expect(error.details.hint).toContain("quoting: false");
    }
  });

  it("puts rows aside that have another number of columns", async () => {
    const content = "a,b\n1,2\n3\n4,5,6\n7,8\n";
    const error = await failure(rows(content));
    expect(error.message).toBe("a record cannot be used: columns: 1 instead of 2");
    expect(error.details.where).toMatch(/a\.csv:3$/);
    const { documents, rejected } = await rows(content, { maxRejected: 2 });
    expect(documents).toHaveLength(2);
    expect(rejected).toEqual([
      { source: "a.csv", line: 3, reason: "columns: 1 instead of 2", excerpt: "3" },
      { source: "a.csv", line: 4, reason: "columns: 3 instead of 2", excerpt: "4,5,6" },
    ]);
  });

  it.each([
    ["a column that is not there", { textColumns: "c" }, "no such column", "0: a, 1: b"],
    ["a number beyond the last", { textColumns: 2 }, "no such column", "0: a, 1: b"],
    [
      "a name without a header",
      { textColumns: "a", header: false },
      "no such column",
      "a number from 0 to 1",
    ],
  ])("refuses %s", async (_what, options, message, expected) => {
    const error = await failure(rows("a,b\n1,2\n", options));
    expect(error.message).toBe(message);
    expect(error.details.expected).toContain(expected);
  });

  it("refuses a name that two columns have, and takes its number", async () => {
    const error = await failure(rows("a,a\n1,2\n", { textColumns: "a" }));
    expect(error.message).toBe("two columns have the same name");
    expect(await texts("a,a\n1,2\n", { textColumns: 1 })).toEqual(["2"]);
  });

  it("reads back what RFC 4180 writes", async () => {
    const cell = fc.array(fc.constantFrom("a", "é", "한", ",", '"', "\n", "\r\n", " b"), {
      minLength: 1,
      maxLength: 6,
    });
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, async (cells) => {
        const written = cells.map((row) => row.map((letters) => `x${letters.join("")}`));
        const content = written
          .map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(","))
          .join("\n");
        const { documents } = await rows(content, { header: false, textColumns: [0, 1] });
        expect(documents.map(({ sentences }) => sentences.join("").replace(/\s/g, ""))).toEqual(
          written.map((row) => row.join("").replace(/\s/g, "")),
        );
      }),
      { numRuns: 100 },
    );
  });
});
