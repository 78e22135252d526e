import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { PipelineError } from "../../engine/index.ts";
import { lineCleaner } from "../../stages/ingest/clean/index.ts";
import { bertFormat, csv, html, ingest, jsonl, markdown, text } from "../../stages/ingest/index.ts";
import { splitOf, UniqueKeys } from "../../stages/ingest/keys.ts";
import { paramsSchema } from "../../stages/ingest/params.ts";
import { readDocuments } from "../../stages/ingest/read.ts";
import { Rejections } from "../../stages/ingest/rejections.ts";
import type { sourceSchema } from "../../stages/ingest/sources.ts";
import { processorTime } from "../rig/processor-time.ts";
import { failure, folderWith, ingested } from "./ingested.ts";

type GivenSource = z.input<typeof sourceSchema>;
type Files = Readonly<Record<string, string | Uint8Array>>;

/** Writes the files and ingests them as the source says. */
async function from(files: Files, source: (cwd: string) => GivenSource, more: object = {}) {
  using folder = folderWith(files);
  return await ingested({ sources: [source(folder.path)], ...more });
}

const plain = (cwd: string) => text({ cwd, files: "*.txt" });
const byBlankLine = (cwd: string) => text({ cwd, files: "*.txt", document: "blank-line" });
const sentencesALine = (cwd: string) => bertFormat({ cwd, files: "*.txt" });
const objects = (cwd: string) => jsonl({ cwd, files: "*.jsonl", textField: "article.body" });

describe("plain text", () => {
  it("makes a document of a file, with its sentences and paragraphs", async () => {
    const { documents } = await from(
      { "b.txt": "Second.", "a.txt": "One  here.\tTwo.\n\nThree is e\u0301.\nFour\u0002.\n" },
      plain,
    );
    expect(documents.map(({ key, source }) => [key, source])).toEqual([
      ["a", "a.txt"],
      ["b", "b.txt"],
    ]);
    expect(documents[0]!.sentences).toEqual(["One here.", "Two.", "Three is é.", "Four."]);
    expect(documents[0]!.paragraphStarts).toEqual([0, 2, 3]);
    expect(documents[1]).toMatchObject({ sentences: ["Second."], paragraphStarts: [0] });
  });

  it("makes documents of what stands between blank lines", async () => {
    const { documents } = await from({ "a.txt": "\n\nOne. Two.\n \t\n\nThree.\n" }, byBlankLine);
    expect(documents.map(({ sentences }) => sentences)).toEqual([["One.", "Two."], ["Three."]]);
    for (const { key } of documents) expect(key).toMatch(/^a#[0-9a-f]{12}$/);
  });

  it("keeps unpunctuated Korean lines apart", async () => {
    const lines = "제인생 최고의 드라마입니다\n꿀잼 킬링타임용으로도\n넘 짧아요\n";
    const { documents } = await from({ "a.txt": lines }, plain);
    expect(documents[0]!.sentences).toEqual(lines.trim().split("\n"));
  });

  it("asks for a paragraph mode when told so", async () => {
    const lines = { "a.txt": "one\ntwo\n\nthree" };
    const sentences = async (paragraphs: "line" | "blank-line") =>
      (await from(lines, (cwd) => text({ cwd, files: "*", paragraphs }))).documents[0]!.sentences;
    expect(await sentences("line")).toEqual(["one", "two", "three"]);
    expect(await sentences("blank-line")).toEqual(["one two", "three"]);
  });

  it("leaves out empty documents and says so", async () => {
    const { documents, logs } = await from(
      { "a.txt": "", "b.txt": "Text.", "c.txt": "\n \n" },
      plain,
    );
    expect(documents.map(({ key }) => key)).toEqual(["b"]);
    expect(logs).toEqual(["left out (empty): 2, the first at a.txt:1"]);
  });
});

describe("BERT's format", () => {
  it("keeps the given sentences and parts documents at blank lines", async () => {
    const { documents } = await from(
      { "a.txt": "\nOne. And more.\nno stop\n\n \nThree.\n" },
      sentencesALine,
    );
    expect(documents.map(({ sentences }) => sentences)).toEqual([
      ["One. And more.", "no stop"],
      ["Three."],
    ]);
    expect(documents.map(({ paragraphStarts }) => paragraphStarts)).toEqual([[0], [0]]);
  });
});

describe("JSON lines", () => {
  const line = (body: unknown, id?: unknown) => `${JSON.stringify({ id, article: { body } })}\n`;

  it("reads the field that it is told to", async () => {
    const { documents, logs } = await from(
      { "a.jsonl": `\ufeff${line("One. Two.\n\nThree.")}\r\n  \n${line("")}${line("\ud800x")}` },
      objects,
    );
    expect(documents.map(({ sentences }) => sentences)).toEqual([
      ["One.", "Two.", "Three."],
      ["\ufffdx"],
    ]);
    expect(documents[0]!.paragraphStarts).toEqual([0, 2]);
    expect(logs).toEqual(["left out (empty): 1, the first at a.jsonl:4"]);
  });

  const keyed = (cwd: string) =>
    jsonl({ cwd, files: "*.jsonl", textField: "article.body", keyField: "id" });

  it("makes keys of the key field", async () => {
    const { documents } = await from({ "a.jsonl": line("x", "first") + line("y", 2) }, keyed);
    expect(documents.map(({ key }) => key)).toEqual(["a#first", "a#2"]);
  });

  it.each([
    ["bad JSON", objects, `${line("x")}{"article": oops}\n`, ":2", "not JSON"],
    ["no object", objects, '"text"\n', ":1", "no field article.body"],
    ["a missing field", objects, '{"article":{"title":"t"}}', ":1", "no field article.body"],
    ["an inherited field", objects, '{"article":[]}', ":1", "no field article.body"],
    ["a text that is no string", objects, line(3), ":1", "article.body is no string"],
    [
      "a key that is none",
      keyed,
      line("x", ""),
      ":1",
      "id is no key: neither a string that is not blank nor an integer",
    ],
    ["a key twice", keyed, line("x", 1) + line("y", "1"), ":2", "two documents have the same key"],
  ])("refuses %s and says where", async (_what, source, content, place, message) => {
    const error = await failure(from({ "a.jsonl": content }, source));
    expect(error.message).toBe(`a record cannot be used: ${message}`);
    expect(error.details.where).toMatch(new RegExp(`a\\.jsonl${place}$`));
    expect(error.details.expected).toBeTruthy();
    expect(error.details.got).toBeTruthy();
  });
});

describe("keys", () => {
  it("do not change when documents before them come or go", async () => {
    const keys = async (documents: readonly string[]) =>
      new Map(
        (await from({ "a.txt": documents.join("\n\n") }, byBlankLine)).documents.map(
          ({ key, sentences }) => [sentences.join(" "), key],
        ),
      );
    const all = await keys(["First one.", "Second one.", "Third one."]);
    const fewer = await keys(["Third one.", "First one."]);
    expect(new Set(all.values()).size).toBe(3);
    for (const [document, key] of fewer) expect(key).toBe(all.get(document));
  });

  it("number documents of the same text, in linear time", async () => {
    const content = `${"Same.\n\n".repeat(3)}Other.\n\nSame.`;
    const { documents } = await from({ "a.txt": content }, byBlankLine);
    const same = documents[0]!.key;
    expect(documents.map(({ key }) => key)).toEqual([
      same,
      `${same}~2`,
      `${same}~3`,
      documents[3]!.key,
      `${same}~4`,
    ]);
    const keys = new UniqueKeys();
    const took = await processorTime(() => {
      for (let count = 0; count < 100_000; count++) keys.numbered("k");
    });
    expect(took).toBeLessThan(10_000);
  });

  it("are told apart however many there are", () => {
    const keys = new UniqueKeys();
    for (let count = 0; count < 20_000; count++) expect(keys.add(`k${count}`)).toBe(true);
    for (let count = 0; count < 20_000; count++) expect(keys.add(`k${count}`)).toBe(false);
  });

  it("do not depend on how sentences are split", async () => {
    const content = { "a.txt": "No. Mr. Smith said so. We agree." };
    const key = async (language: "en" | "ko") =>
      (await from(content, (cwd) => text({ cwd, files: "*", document: "blank-line", language })))
        .documents[0]!.key;
    expect(await key("ko")).toBe(await key("en"));
  });
});

describe("the held-out split", () => {
  it("is by each key alone and holds its share", () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `document-${index}`);
    const held = (share: number) =>
      keys.filter((key) => splitOf(key, { share, keys: [] }) === "heldout");
    expect(held(0.05).length / keys.length).toBeCloseTo(0.05, 2);
    expect(held(0)).toEqual([]);
    expect(held(1)).toEqual(keys);
    // A larger share keeps what a smaller one held out.
    const larger = new Set(held(0.1));
    expect(held(0.05).every((key) => larger.has(key))).toBe(true);
  });

  it("takes in the keys that it is told, and refuses those that cannot be", async () => {
    const files = { "a.txt": "A.", "b.txt": "B." };
    const split = async (keys: readonly string[]) =>
      (await from(files, plain, { heldout: { share: 0, keys } })).documents.map((d) => d.split);
    expect(await split(["b"])).toEqual(["train", "heldout"]);
    expect((await failure(split(["c"]))).message).toBe("no document can have the key c");
    expect(await split(["a#anything"])).toEqual(["train", "train"]);
  });
});

describe("streaming", () => {
  const letters = fc.constantFrom(
    ..."aB한é😀. .!\"'\n\n\r\n\r \u0301 ",
    "\r\n",
    "다. ",
    "Mr. ",
    "word ",
  );
  const content = fc.array(letters, { maxLength: 200 }).map((pieces) => pieces.join(""));
  const sources = [
    text({ files: "x" }),
    text({ files: "x", document: "blank-line" }),
    bertFormat({ files: "x" }),
    markdown({ files: "x" }),
    html({ files: "x" }),
    csv({ files: "x", header: false, textColumns: 0, quoting: false }),
  ].map((source) => paramsSchema.parse({ sources: [source] }).sources[0]!);
  const params = paramsSchema.parse({ sources: [text({ files: "x" })] });

  it("gives the same documents at any piece size and with any line ends", async () => {
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 9 }), async (written, pieceBytes) => {
        const unix = written.replace(/\r\n?/g, "\n");
        using folder = folderWith({
          written,
          unix,
          dos: unix.replaceAll("\n", "\r\n"),
          mac: unix.replaceAll("\n", "\r"),
        });
        for (const source of sources) {
          const read = async (name: string, size: number) => {
            const file = { path: join(folder.path, name), name };
            const found = [];
            for await (const { documents } of readDocuments(file, source, {
              limits: params.expansion,
              threads: 1,
              pieceBytes: size,
              cleaned: lineCleaner(params.clean),
              rejectionsOf: () => new Rejections("", "", 0),
            }))
              found.push(...documents);
            return found;
          };
          const expected = await read("unix", 1 << 20);
          for (const name of ["written", "unix", "dos", "mac"])
            expect(await read(name, pieceBytes)).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("hands batches on as it goes", async () => {
    const document = `${"This is a sentence of a document. ".repeat(300)}\n\n`;
    const { documents, batches } = await from({ "a.txt": document.repeat(400) }, byBlankLine);
    expect(documents).toHaveLength(400);
    expect(batches).toHaveLength(4);
    expect(Math.max(...batches)).toBeLessThan(120);
  });
});

describe("parameters", () => {
  const place = (params: unknown) => () => ingest({}, params as never);

  it.each([
    ["no source", { sources: [] }],
    ["an unknown kind", { sources: [{ kind: "pdf", files: "*" }] }],
    [
      "two sources without different names",
      { sources: [text({ files: "a" }), text({ files: "b" })] },
    ],
    ["a share above 1", { sources: [text({ files: "a" })], heldout: { share: 2 } }],
    ["a misspelt option", { sources: [{ ...text({ files: "a" }), paragrafs: "line" }] }],
    ["an unknown encoding", { sources: [{ ...text({ files: "a" }), encoding: "utf-16" }] }],
    ["a package that is a path", { sources: [text({ files: "a", package: "../x" })] }],
    ["an empty field name", { sources: [jsonl({ files: "a", textField: "a..b" })] }],
  ])("refuse %s", (_what, params) => {
    expect(place(params)).toThrow(PipelineError);
  });

  it("are accepted with no more than files", () => {
    expect(place({ sources: [text({ files: "a" })] })).not.toThrow();
  });
});

describe("a single sentence", () => {
  it("makes a document", async () => {
    const { documents } = await from({ "a.txt": "Alone" }, plain);
    expect(documents).toMatchObject([{ sentences: ["Alone"], paragraphStarts: [0] }]);
  });
});
