import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { PipelineError } from "../../../engine/index.ts";
import { readWikiDump } from "../../../stages/ingest/markup/wiki.ts";
import { WikiThreads } from "../../../stages/ingest/markup/wiki-threads.ts";
import { dumpOf, readDump } from "./dump.ts";

const failure = (error: unknown) => {
  expect(error).toBeInstanceOf(PipelineError);
  const { message, details } = error as PipelineError;
  return { message, ...details };
};

describe("readWikiDump", () => {
  it("gives pages with their ids, titles, lines and the wiki's language", async () => {
    const dump = dumpOf(
      [
        {
          title: '서울 & "부산"',
          text: "'''서울'''은 <b>수도</b>이다.\n[[파일:a.png|섬네일]]\n== 각주 ==\nx",
          id: "12",
        },
        { title: "", text: "" },
      ],
      "ko",
    );
    const line = dump.slice(0, dump.indexOf("<page>")).split("\n").length;
    const { pages, rejected, error } = await readDump(dump);
    expect(error).toBeUndefined();
    expect(rejected).toEqual([]);
    expect(pages).toEqual([
      { id: "12", line, title: '서울 & "부산"', language: "ko", blocks: ["서울은 수도이다."] },
      { id: "2", line: line + 22, language: "ko", blocks: [] },
    ]);
  });

  it("takes pages by namespace, and redirects and disambiguation where they are wanted", async () => {
    const dump = dumpOf([
      { title: "A", text: "a" },
      { title: "Talk:A", text: "b", ns: 1 },
      { title: "B", text: "#REDIRECT [[A]]", redirect: "A" },
      { title: "C", text: "c {{disambiguation}}" },
      { title: "Help:D", text: "d", ns: 12 },
    ]);
    const titles = async (options: Parameters<typeof readDump>[1]) =>
      (await readDump(dump, options)).pages.map(({ title }) => title);
    expect(await titles({})).toEqual(["A"]);
    expect(await titles({ redirects: true })).toEqual(["A", "B"]);
    expect(await titles({ disambiguations: true })).toEqual(["A", "C"]);
    expect(await titles({ namespaces: [1, 12] })).toEqual(["Talk:A", "Help:D"]);
  });

  it("takes sections and headings as it is told", async () => {
    const dump = dumpOf([{ title: "A", text: "a\n== REFERENCES ==\nb\n== Cast ==\nc" }]);
    const blocks = async (options: Parameters<typeof readDump>[1]) =>
      (await readDump(dump, options)).pages[0]?.blocks;
    expect(await blocks({})).toEqual(["a", "c"]);
    expect(await blocks({ headings: true })).toEqual(["a", "Cast", "c"]);
    expect(await blocks({ sections: ["cast"] })).toEqual(["a", "b"]);
  });

  it("knows files and categories by the names that the wiki gives them", async () => {
    const dump = dumpOf(
      [{ title: "A", text: "a [[kategorie: x]] [[Category:x]] [[Datei:y]]" }],
      "de",
    );
    expect((await readDump(dump)).pages[0]?.blocks).toEqual(["a Datei:y"]);
  });

  it("takes the latest of a page's revisions, whatever their order", async () => {
    const revision = (time: string, text: string) =>
      `<revision><timestamp>${time}</timestamp><text>${text}</text></revision>`;
    const dump = `<mediawiki xml:lang="en"><page><title>A</title><id>1</id>
      ${revision("2019-01-01T00:00:00Z", "old")}${revision("2021-01-01T00:00:00Z", "new")}
      ${revision("2020-01-01T00:00:00Z", "older")}<discussionthreadinginfo><text>x</text></discussionthreadinginfo>
      </page></mediawiki>`;
    expect((await readDump(dump)).pages).toMatchObject([{ id: "1", title: "A", blocks: ["new"] }]);
  });

  it("reads only the text of the main slot", async () => {
    const dump = `<mediawiki><page><title>A</title><ns>0</ns><id>1</id><revision><id>9</id>
      <content><role>x</role><text>wrong</text></content><text>right</text></revision></page></mediawiki>`;
    expect((await readDump(dump)).pages).toEqual([
      { id: "1", line: 1, title: "A", blocks: ["right"] },
    ]);
  });

  it("rejects pages that are no wikitext", async () => {
    const dump = dumpOf([
      { title: "A.css", text: "p {}", model: "css" },
      { title: "B", text: "b" },
    ]);
    const { pages, rejected } = await readDump(dump);
    expect(pages.map(({ title }) => title)).toEqual(["B"]);
    expect(rejected).toEqual([[11, "its text is css, not wikitext", "A.css"]]);
  });

  it("gives the same pages however the bytes come, and at any number of threads", async () => {
    const bytes = new TextEncoder().encode(
      dumpOf([
        {
          title: "가나다 &<>",
          text: "한글 '''굵게''' 😀 é &amp; {{lang|ko|漢字}}\n* 목록\r\n== 같이 보기 ==\nx",
        },
        { title: "B", text: "line\n\nother [[link|label]]<!-- x -->" },
        { title: "C", text: "", model: "json" },
      ]),
    );
    const { pages, rejected } = await readDump(bytes);
    expect(pages).toHaveLength(2);
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const sorted = places.sort((a, b) => a - b);
        expect(await readDump(bytes, {}, sorted)).toEqual({ pages, rejected, error: undefined });
      }),
      { numRuns: 100 },
    );
    const everywhere = Array.from(bytes.keys());
    expect(await readDump(bytes, {}, everywhere)).toEqual({ pages, rejected, error: undefined });
  });

  it("says at which page and byte a dump is cut short, once its whole pages are out", async () => {
    const dump = new TextEncoder().encode(
      dumpOf([
        { title: "A", text: "가" },
        { title: "B", text: "나" },
      ]),
    );
    const whole = await readDump(dump);
    const end = Buffer.from(dump).lastIndexOf("</mediawiki>") + "</mediawiki>".length;
    for (let length = 0; length < dump.length; length += length < end - 20 ? 7 : 1) {
      const { pages, error } = await readDump(dump.subarray(0, length));
      if (length >= end) expect(error).toBeUndefined();
      else
        expect(failure(error).message).toMatch(/^wiki.xml (ends early|is no dump|is not|is cut)/);
      expect(pages).toEqual(whole.pages.slice(0, pages.length));
    }
    const cut = Buffer.from(dump).lastIndexOf("<sha1>");
    const { pages, error } = await readDump(dump.subarray(0, cut));
    expect(pages.map(({ title }) => title)).toEqual(["A"]);
    expect(failure(error)).toMatchObject({
      message: "wiki.xml ends early",
      where: `wiki.xml, byte ${cut}`,
      got: 'after the page "A" (id 1)',
    });
  });

  it("refuses a dump in which a page's end tag is missing, after the pages before it", async () => {
    const whole = dumpOf(["A", "B", "C"].map((title) => ({ title, text: "a" })));
    const second = whole.indexOf("</page>", whole.indexOf("</page>") + 1);
    const { pages, error } = await readDump(whole.slice(0, second) + whole.slice(second + 7));
    expect(pages.map(({ title }) => title)).toEqual(["A"]);
    expect(failure(error)).toMatchObject({
      message: "wiki.xml is not well-formed",
      got: 'none for <page>, after the page "A" (id 1)',
    });
  });

  it.each([
    ["", "nothing"],
    ["just text", "text without an element"],
    ["<html><p>a</html>", "<html>"],
    ["<rss/>", "<rss>"],
  ])("refuses %j", async (text, got) => {
    const { error } = await readDump(text);
    expect(failure(error)).toMatchObject({ message: "wiki.xml is no dump of a wiki", got });
  });

  it("refuses bytes that are no UTF-8, after the pages before them", async () => {
    const dump = Buffer.from(
      dumpOf([
        { title: "A", text: "a" },
        { title: "B", text: "b~" },
      ]),
    );
    const at = dump.indexOf("~");
    dump[at] = 0xff;
    const { pages, error } = await readDump(dump, {}, [at - 5]);
    expect(pages.map(({ title }) => title)).toEqual(["A"]);
    expect(failure(error).where).toContain(`byte ${at}`);
  });

  it("expands no entity that the file declares", async () => {
    const laughs = Array.from(
      { length: 9 },
      (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`,
    );
    const dump = dumpOf([{ title: "A", text: "a XYZ b" }]).replace("XYZ", "&l9;&file;");
    const declared = `<?xml version="1.0"?><!DOCTYPE m [<!ENTITY l0 "ha">${laughs.join("")}
      <!ENTITY file SYSTEM "file:///etc/passwd">]>`;
    const { pages } = await readDump(declared + dump);
    expect(pages[0]?.blocks).toEqual(["a &l9;&file; b"]);
  });

  it("takes hostile names for what they are", async () => {
    const text = "{{__proto__|x}} [[__proto__:y|z]] constructor";
    const dump = dumpOf([{ title: "__proto__", text, id: "__proto__" }]);
    const { pages } = await readDump(
      dump.replace("<text ", '<text __proto__="x" constructor="y" '),
    );
    expect(pages).toMatchObject([
      { id: "__proto__", title: "__proto__", blocks: ["z constructor"] },
    ]);
  });

  it("ends a comment or tag that goes on for ever", async () => {
    const start = "<mediawiki><!--";
    async function* endless() {
      yield Buffer.from(start);
      for (let piece = 0; piece < 100; piece++) yield Buffer.alloc(1 << 20, "a");
      throw new Error("read too far");
    }
    const read = readWikiDump(endless(), {
      where: "wiki.xml",
      threads: 1,
      namespaces: [0],
      redirects: false,
      reject() {},
    });
    const error = await read.next().then(
      () => undefined,
      (error) => error,
    );
    expect(failure(error).got).toContain("one that does not end");
  });

  it("rejects a page longer than any is, and keeps little of it", async () => {
    const dump = dumpOf([
      { title: "Long", text: "a".repeat((1 << 24) + 1) },
      { title: "B", text: "b" },
    ]);
    const { pages, rejected } = await readDump(dump, {}, [1 << 22, 1 << 23]);
    expect(pages.map(({ title }) => title)).toEqual(["B"]);
    expect(rejected).toEqual([[11, "its text is longer than 16777216 characters", "Long"]]);
  });

  it("fails only by an error that says what is wrong, however the dump is damaged", async () => {
    const dump = Buffer.from(
      dumpOf([
        { title: "A", text: "a {{lang|ko|가}} [[b|c]]" },
        { title: "B", text: "b &amp; <ref>x</ref>" },
      ]),
    );
    const damage = fc.array(
      fc.record({
        at: fc.nat(dump.length),
        remove: fc.nat(30),
        put: fc.oneof(
          fc.constantFrom("<", ">", "</page>", "<page>", "]]>", "<!--", "&"),
          fc.string(),
        ),
      }),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(damage, async (edits) => {
        let bytes = dump;
        for (const { at, remove, put } of edits)
          bytes = Buffer.concat([
            bytes.subarray(0, at),
            Buffer.from(put),
            bytes.subarray(at + remove),
          ]);
        const { pages, error } = await readDump(bytes);
        if (error !== undefined) expect(error).toBeInstanceOf(PipelineError);
        for (const { title = "x", id, blocks } of pages)
          for (const text of [title, `x${id}`, ...blocks]) expect(text).not.toMatch(/^$|\p{Cc}/u);
      }),
      { numRuns: 300 },
    );
  });

  it("stops when it is interrupted", async () => {
    const controller = new AbortController();
    controller.abort(new Error("stop"));
    const { error } = await readDump(dumpOf([]), { signal: controller.signal });
    expect(error).toMatchObject({ message: "stop" });
  });
});

describe("in threads", () => {
  const texts = Array.from(
    { length: 60 },
    (_, n) => `Page ${n} {{lang|ko|${n}}}. ${"[[a|b]] ".repeat(2000)}`,
  );
  const dump = dumpOf(texts.map((text, n) => ({ title: `T${n}`, text })));

  it("gives the pages that one thread gives, in the same order", async () => {
    const one = await readDump(dump);
    expect(one.pages).toHaveLength(60);
    expect(one.pages[7]?.blocks[0]).toMatch(/^Page 7 7\. b b/);
    for (const threads of [2, 3]) expect(await readDump(dump, { threads })).toEqual(one);
  });

  it.each([1, 2])("rejects a page that takes too long, and no other: %i", async (threads) => {
    const slow = Array.from({ length: 200_000 }, (_, n) => `{{nowrap|${n}}}`).join("");
    const dump = dumpOf([
      { title: "A", text: "a" },
      { title: "B", text: slow },
      { title: "C", text: "c" },
    ]);
    const { pages, rejected } = await readDump(dump, { threads, secondsPerPage: 0.3 });
    expect(pages.map(({ title }) => title)).toEqual(["A", "C"]);
    expect(rejected).toEqual([[30, "its wikitext took longer than 0.3 s to convert", "B"]]);
  });

  const options = {
    sections: [],
    prefixes: [],
    headings: false,
    disambiguations: false,
    secondsPerPage: 1,
  };

  it("fails a page that ends its thread, and no other", async () => {
    const door = `
      const { parentPort } = require("node:worker_threads");
      parentPort.on("message", ({ texts }) => {
        if (texts.includes("exit")) process.exit(3);
        if (texts.includes("throw")) throw new Error("no memory");
        parentPort.postMessage(texts.map((text) => ({ blocks: [text] })));
      });`;
    const threads = new WikiThreads(options, () => new Worker(door, { eval: true }));
    expect(await threads.convert(["a", "exit", "b", "throw"])).toEqual([
      { blocks: ["a"] },
      { failed: "its wikitext ended a thread: it ended with code 3" },
      { blocks: ["b"] },
      { failed: "its wikitext ended a thread: no memory" },
    ]);
    expect(await threads.convert(["c"])).toEqual([{ blocks: ["c"] }]);
    await threads.close();
  });

  it("starts no thread for pages that were under way when it was closed", async () => {
    const started: Worker[] = [];
    const deaf = "require('node:worker_threads').parentPort.on('message', () => {});";
    const threads = new WikiThreads(options, () => {
      const worker = new Worker(deaf, { eval: true });
      started.push(worker);
      return worker;
    });
    const pending = [threads.convert(["a", "b"]), threads.convert(["c"])];
    for (const each of pending) each.catch(() => {});
    await threads.close();
    for (const each of pending) await expect(each).rejects.toThrow(/^it ended with code \d$/);
    expect(started).toHaveLength(2);
  });

  it("has all that they run in the stage's code hash", async () => {
    const inputsOf = async (name: string) => {
      const { metafile } = await build({
        entryPoints: [join(import.meta.dirname, "../../../stages/ingest", name)],
        bundle: true,
        write: false,
        metafile: true,
        outdir: "out",
        format: "esm",
        platform: "node",
        packages: "external",
        logLevel: "silent",
      });
      return Object.keys(metafile.inputs);
    };
    const thread = await inputsOf("markup/wiki-worker.ts");
    const stage = await inputsOf("index.ts");
    expect(thread.filter((file) => !stage.includes(file))).toEqual([
      "stages/ingest/markup/wiki-worker.ts",
    ]);
  });

  it("leaves no thread behind when the reader stops early", async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
    async function* bytes() {
      yield new TextEncoder().encode(dump);
    }
    const read = readWikiDump(bytes(), {
      where: "wiki.xml",
      threads: 2,
      namespaces: [0],
      redirects: false,
      reject() {},
    });
    for await (const _ of read) break;
    await vi.waitFor(
      () =>
        expect(
          process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length,
        ).toBeLessThanOrEqual(before),
      { timeout: 20_000 },
    );
  });
});
