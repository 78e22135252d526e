import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import {
  bertFormat,
  csv,
  html,
  ingest,
  jsonl,
  markdown,
  text,
  wikipedia,
} from "../../stages/ingest/index.ts";
import { keyStem, repeatsOf } from "../../stages/ingest/keys.ts";
import { Rejections } from "../../stages/ingest/rejections.ts";
import type { sourceSchema } from "../../stages/ingest/sources.ts";
import { tarOf, zipOf } from "./archives.ts";
import { serve } from "./file-server.ts";
import { failure, folderWith, ingested } from "./ingested.ts";

type GivenSource = z.input<typeof sourceSchema>;
type Files = Readonly<Record<string, string | Uint8Array>>;

async function from(files: Files, sources: (cwd: string) => GivenSource[], more: object = {}) {
  using folder = folderWith(files);
  return await ingested({ sources: sources(folder.path), heldout: { share: 0 }, ...more });
}

const lines = (...records: readonly unknown[]) =>
  records.map((record) => `${JSON.stringify(record)}\n`).join("");

describe("sources", () => {
  it("mix kinds, forms and languages in one corpus", async () => {
    const page = (id: number, title: string, body: string) =>
      `<page><title>${title}</title><ns>0</ns><id>${id}</id><revision><id>1</id><text>${body}</text></revision></page>`;
    const { documents } = await from(
      {
        "books/a.txt.gz": gzipSync("A book. It ends."),
        "news.tar": tarOf([{ name: "x/1.jsonl", content: lines({ t: "News.", id: 7 }) }]),
        "pages.zip": zipOf([
          { name: "p/home.html", content: "<title>Home</title><p>Welcome here.</p>" },
          { name: "p/.hidden.html", content: "<p>Not this.</p>" },
          { name: "__MACOSX/p/home.html", content: "\0\0" },
        ]),
        "notes.md": "# Notes\n\nSome *words*.\n",
        "reviews.tsv": 'id\tdocument\n1\t"재미있다.\n',
        "wiki.xml": `<mediawiki xml:lang="en">${page(12, "Cat", "A '''cat''' is an animal.")}</mediawiki>`,
        "bert.txt": "A sentence.\nAnother\n",
      },
      (cwd) => [
        text({ cwd, files: "books/*", name: "one" }),
        jsonl({ cwd, files: "news.tar", name: "two", textField: "t", keyField: "id" }),
        html({ cwd, files: "pages.zip", name: "three" }),
        markdown({ cwd, files: "*.md", name: "four" }),
        csv({ cwd, files: "*.tsv", name: "five", textColumns: "document", keyColumn: "id" }),
        wikipedia({ cwd, files: "wiki.xml", name: "six" }),
        bertFormat({ cwd, files: "bert.txt", name: "seven" }),
      ],
    );
    const byKey = new Map(documents.map((document) => [document.key, document]));
    expect([...byKey.keys()].sort()).toEqual([
      "five/reviews#1",
      "four/notes",
      "one/books/a",
      expect.stringMatching(/^seven\/bert#[0-9a-f]{12}$/),
      "six/wiki#12",
      "three/pages!p/home",
      "two/news!x/1#7",
    ]);
    expect(byKey.get("five/reviews#1")).toMatchObject({ language: "ko" });
    expect(byKey.get("two/news!x/1#7")).toMatchObject({ source: "two/news.tar!x/1.jsonl" });
    expect(byKey.get("three/pages!p/home")).toMatchObject({
      title: "Home",
      sentences: expect.arrayContaining(["Welcome here."]),
    });
    expect(byKey.get("six/wiki#12")).toMatchObject({
      title: "Cat",
      language: "en",
      sentences: ["A cat is an animal."],
    });
  });

  it("reads what members says of an archive, and refuses to find nothing in it", async () => {
    const archive = {
      "a.tar": tarOf([
        { name: "en/1.txt", content: "One." },
        { name: "ko/1.txt", content: "하나." },
        { name: "README", content: "About." },
      ]),
    };
    const keys = async (members: string) =>
      (await from(archive, (cwd) => [text({ cwd, files: "a.tar", members })])).documents.map(
        ({ key }) => key,
      );
    expect(await keys("**/*.txt")).toEqual(["a!en/1", "a!ko/1"]);
    expect(await keys("ko/*")).toEqual(["a!ko/1"]);
    const error = await failure(keys("*.md"));
    expect(error.message).toBe("no member of a.tar matches *.md");
  });

  it("takes language from the source, the record or the text", async () => {
    const content = lines({ t: "Ein Satz.", l: "de-AT" }, { t: "한국어 문장입니다." });
    const languages = async (language?: string) =>
      (
        await from({ "a.jsonl": content }, (cwd) => [
          jsonl({
            cwd,
            files: "*",
            textField: "t",
            languageField: "l",
            ...(language && { language }),
          }),
        ])
      ).documents.map((document) => document.language);
    expect(await languages()).toEqual(["de", "ko"]);
    expect(await languages("fr")).toEqual(["fr", "fr"]);
  });

  it("reads JSON's titles and puts aside what is none", async () => {
    const content = lines({ t: "A.", h: " The\n title " }, { t: "B." }, { t: "C.", h: ["x"] });
    const { documents, rejected } = await from({ "a.jsonl": content }, (cwd) => [
      jsonl({ cwd, files: "*", textField: "t", titleField: "h", maxRejected: 1 }),
    ]);
    expect(documents.map(({ title }) => title)).toEqual(["The title", ""]);
    expect(rejected.map(({ line, reason }) => [line, reason])).toEqual([[3, "h is no string"]]);
  });

  it("says in the log what encoding it found", async () => {
    const { documents, logs } = await from(
      {
        "a.txt": Buffer.from("Cæsar.", "latin1"),
        "b.txt": "Cæsar.",
        "c.txt": Buffer.from("\ufeffCæsar.", "utf16le"),
        "d.txt": Buffer.from("Ægir.", "latin1"),
      },
      (cwd) => [text({ cwd, files: "*", encoding: "auto" })],
    );
    expect(documents.map(({ sentences }) => sentences[0])).toEqual([
      "Cæsar.",
      "Cæsar.",
      "Cæsar.",
      "Ægir.",
    ]);
    expect(logs).toEqual([
      "read as Windows-1252: 2, the first a.txt",
      "read as UTF-16 (little-endian): 1, the first c.txt",
    ]);
  });
});

describe("keys", () => {
  it("differ wherever files, members and keys within them do", () => {
    const name = fc.stringMatching(/^[ab#!~%/]{0,3}[ab#!~%]$/);
    const place = fc.tuple(name, fc.oneof(fc.constant(""), name), name);
    fc.assert(
      fc.property(place, place, (one, other) => {
        const key = ([file, member, own]: readonly string[]) =>
          `${keyStem(`${file}.txt`, member === "" ? "" : `${member}.txt`)}#${own}`;
        expect(key(one) === key(other)).toBe(one.join("\0") === other.join("\0"));
        const whole = ([file, member]: readonly string[]) =>
          keyStem(`${file}.txt`, member === "" ? "" : `${member}.txt`);
        expect(whole(one)).not.toBe(key(other));
      }),
      { numRuns: 20_000 },
    );
  });

  it("tell a file called a#x from the record x of a file called a", async () => {
    const { documents } = await from(
      { "a#x.txt": "One.", "a.jsonl": lines({ t: "Two.", id: "x" }), "100%!.txt": "Three." },
      (cwd) => [
        text({ cwd, files: "*.txt" }),
        jsonl({ cwd, files: "*.jsonl", name: "j", textField: "t", keyField: "id" }),
      ],
    );
    expect(documents.map(({ key }) => key)).toEqual(["100%25%21", "a%23x", "j/a#x"]);
  });

  it("may be anything that is text", async () => {
    const hostile = [
      "__proto__",
      "constructor",
      "a\u0007\u001b[31mb",
      "x".repeat(100_000),
      "../..",
      "#!~",
    ];
    const { documents } = await from(
      { "a.jsonl": lines(...hostile.map((id) => ({ id, t: `Text of ${id.length}.` }))) },
      (cwd) => [jsonl({ cwd, files: "*", textField: "t", keyField: "id", titleField: "id" })],
    );
    const shortened = documents.map(({ key }) => key.replace(/^a#x{100000}$/, "a#xxx"));
    expect(shortened).toEqual([
      "a#__proto__",
      "a#constructor",
      "a#ab",
      "a#xxx",
      "a#../..",
      "a##!~",
    ]);
  });

  it("are not made from fields that objects inherit", async () => {
    const error = await failure(
      from({ "a.jsonl": '{"t":"x"}\n' }, (cwd) => [
        jsonl({ cwd, files: "*", textField: "t", keyField: "__proto__" }),
      ]),
    );
    expect(error.message).toBe("a record cannot be used: no field __proto__");
  });

  it("come once in an archive", async () => {
    const members = [
      { name: "a.txt", content: "One." },
      { name: "a.md", content: "Two." },
    ];
    const error = await failure(
      from({ "x.tar": tarOf(members) }, (cwd) => [text({ cwd, files: "*" })]),
    );
    expect(error.message).toBe("two members of an archive would have the same key");
    expect(error.details).toMatchObject({ got: "x!a" });
  });
});

describe("weights", () => {
  const many = lines(...Array.from({ length: 2000 }, (_, id) => ({ id, t: `Text ${id}.` })));
  const weighted = (weight: number, share = 0) =>
    from(
      { "a.jsonl": many },
      (cwd) => [jsonl({ cwd, files: "*", textField: "t", keyField: "id", weight })],
      { heldout: { share } },
    );

  it("are how often a document is used on average, by its key", () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `key-${index}`);
    for (const weight of [0.05, 0.5, 1, 1.25, 3, 7.9]) {
      const repeats = keys.map((key) => repeatsOf(key, weight));
      expect(repeats.reduce((sum, each) => sum + each, 0) / keys.length).toBeCloseTo(weight, 1);
      expect(Math.max(...repeats) - Math.min(...repeats)).toBeLessThanOrEqual(1);
    }
    // A larger weight uses all that a smaller one does.
    for (const key of keys) expect(repeatsOf(key, 0.6)).toBeGreaterThanOrEqual(repeatsOf(key, 0.2));
  });

  it("leave documents out below 1, and say how many", async () => {
    const { documents, rejected, logs } = await weighted(0.25);
    expect(documents.length).toBeGreaterThan(400);
    expect(documents.length).toBeLessThan(600);
    expect(documents.every(({ repeats }) => repeats === 1)).toBe(true);
    const left = 2000 - documents.length;
    expect(rejected).toEqual([
      {
        source: "a.jsonl",
        line: 0,
        reason: "not drawn at weight 0.25",
        excerpt: `${left} documents`,
      },
    ]);
    expect(logs).toEqual([`left out (not drawn at weight 0.25): ${left}, the first at a.jsonl`]);
  });

  it("do not touch what is held out", async () => {
    const held = async (weight: number) =>
      (await weighted(weight, 0.2)).documents.filter(({ split }) => split === "heldout");
    const usual = await held(1);
    expect(usual.length).toBeGreaterThan(300);
    expect(await held(0.1)).toEqual(usual);
    expect(await held(3.5)).toEqual(usual);
    const { documents } = await weighted(3.5, 0.2);
    const training = documents.filter(({ split }) => split === "train");
    expect(new Set(training.map(({ repeats }) => repeats))).toEqual(new Set([3, 4]));
  });
});

describe("broken records", () => {
  const broken = `${lines({ t: "One." })}{"t": oo\u001b[31mps\n${lines({ t: "Two." }, { x: 1 }, { t: "Three." })}`;
  const read = (maxRejected?: number) =>
    from({ "a.jsonl": broken }, (cwd) => [
      jsonl({ cwd, files: "*", textField: "t", ...(maxRejected !== undefined && { maxRejected }) }),
    ]);

  it("are an error at once by default, which shows the line and names the option", async () => {
    const error = await failure(read());
    expect(error.message).toBe("a record cannot be used: not JSON");
    expect(error.details.where).toMatch(/a\.jsonl:2$/);
    expect(error.details.got).toBe('{"t": oops');
    expect(error.details.hint).toContain("maxRejected");
  });

  it.each([2, 5, 0.4, 0.99])("are put aside where %d may be", async (maxRejected) => {
    const { documents, rejected, logs } = await read(maxRejected);
    expect(documents).toHaveLength(3);
    expect(rejected).toEqual([
      { source: "a.jsonl", line: 2, reason: "not JSON", excerpt: '{"t": oops' },
      { source: "a.jsonl", line: 4, reason: "no field t", excerpt: '{"x":1}' },
    ]);
    expect(logs).toEqual([
      "left out (not JSON): 1, the first at a.jsonl:2",
      "left out (no field t): 1, the first at a.jsonl:4",
    ]);
  });

  it.each([1, 0.39])("are an error where only %d may be, with the first", async (maxRejected) => {
    const error = await failure(read(maxRejected));
    expect(error.details.where).toMatch(/a\.jsonl:2$/);
    expect(error.details.expected).toContain(String(maxRejected));
  });

  it("are counted by file and by member", async () => {
    const bad = '{"t": 1}\n';
    const good = lines({ t: "Good." });
    const files = {
      "a.jsonl": bad + good,
      "b.tar": tarOf([
        { name: "1.jsonl", content: bad + good },
        { name: "2.jsonl", content: bad + good },
      ]),
    };
    const { documents, rejected } = await from(files, (cwd) => [
      jsonl({ cwd, files: "*", textField: "t", maxRejected: 1 }),
    ]);
    expect(documents).toHaveLength(3);
    expect(rejected.map(({ source }) => source)).toEqual([
      "a.jsonl",
      "b.tar!1.jsonl",
      "b.tar!2.jsonl",
    ]);
  });

  it("are not what a filter drops, which is noted too", async () => {
    const { documents, rejected } = await from(
      { "a.jsonl": lines({ t: "Short." }, { t: "" }, { t: "Long enough for it." }) },
      (cwd) => [jsonl({ cwd, files: "*", textField: "t" })],
      { clean: { minCharacters: 10 } },
    );
    expect(documents).toHaveLength(1);
    expect(rejected.map(({ line, reason, excerpt }) => [line, reason, excerpt])).toEqual([
      [1, "fewer than 10 characters", "Short."],
      [2, "fewer than 10 characters", ""],
    ]);
  });

  it("are shown by a bounded excerpt without controls", () => {
    const rejections = new Rejections("a", "/a", 0.5);
    rejections.reject(1, "r", `\u0000\u001b]0;title\u0007${"😀".repeat(500)}`);
    const [row] = rejections.take();
    expect(row!.excerpt).toBe(`${"😀".repeat(59)}…`);
  });
});

describe("addresses", () => {
  const place = (urls: unknown) => () => ingest({}, { sources: [{ kind: "text", urls }] } as never);
  const url = "https://example.org/a.txt";
  const sha256 = (content: string | Uint8Array) =>
    createHash("sha256").update(content).digest("hex");

  it.each([
    ["no sha256", [{ url }], /urls\.0\.sha256: .*curl -L URL \| sha256sum/],
    ["half a sha256", [{ url, sha256: "abc" }], /64 hexadecimal digits: .*sha256sum/],
    ["another protocol", [{ url: "ftp://x.org/a", sha256: sha256("") }], /http:\/\//],
    ["none", [], /urls/],
  ])("refuse %s", (_what, urls, message) => {
    expect(place(urls)).toThrow(message);
  });

  it("stand instead of files", () => {
    const both = { kind: "text", files: "a", urls: [{ url, sha256: sha256("") }] };
    expect(() => ingest({}, { sources: [both] } as never)).toThrow("either files or urls");
    expect(() => ingest({}, { sources: [{ kind: "text" }] } as never)).toThrow(
      "either files or urls",
    );
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("are downloaded once and read from the cache when there is no network", async () => {
    using cache = folderWith({});
    vi.stubEnv("PIPELINE_CACHE", cache.path);
    const content = gzipSync("One.\n\nTwo.\n");
    let asked = 0;
    const server = await serve((_request, response) => {
      asked++;
      response.end(content);
    });
    const source = text({
      urls: [{ url: `${server.origin}/some/words%20here.txt.gz?x=1`, sha256: sha256(content) }],
      document: "blank-line",
      name: "web",
    });
    const first = await ingested({ sources: [source] });
    await server.close();
    expect(first.documents.map(({ key }) => key.replace(/#.*/, "#"))).toEqual([
      "web/words here#",
      "web/words here#",
    ]);
    expect(await ingested({ sources: [source] })).toEqual(first);
    expect(asked).toBe(1);
  });

  it("must end with a name", async () => {
    const source = text({ urls: [{ url: "https://example.org/", sha256: sha256("x") }] });
    expect((await failure(ingested({ sources: [source] }))).message).toBe(
      "an address does not end with a file's name",
    );
  });
});
