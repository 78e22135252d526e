import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PipelineError } from "../../../engine/index.ts";
import { tidy } from "../../../stages/ingest/markup/document.ts";
import { htmlToBlocks } from "../../../stages/ingest/markup/html.ts";
import { markdownToBlocks } from "../../../stages/ingest/markup/markdown.ts";
import { wikitextToBlocks } from "../../../stages/ingest/markup/wikitext.ts";
import { dumpOf, readDump } from "./dump.ts";

const articles = join(
  import.meta.dirname,
  "../../../../shared/data/corpora/wikitext-2/wiki.valid.raw",
);

const options = { sections: new Set<string>(), prefixes: new Set(["file"]), headings: false };

const PARTS = [
  ..."{}[]|'=*#:;<>&\n -_~!",
  ...[
    "{{",
    "}}",
    "[[",
    "]]",
    "{|",
    "|}",
    "|-",
    "''",
    "'''",
    "==",
    "<ref>",
    "</ref>",
    "<ref name=a/>",
  ],
  ...[
    "<nowiki>",
    "</nowiki>",
    "<!--",
    "-->",
    "<br>",
    "<table>",
    "</table>",
    "&lt;",
    "&#91;",
    "__TOC__",
  ],
  ...[
    "nowrap|",
    "lang|ko|",
    "convert|5|km|",
    "birth date|1990|1|2",
    "ubl|",
    "File:a|",
    "http://a ",
    "[http://b ",
  ],
  ...[
    "가",
    "漢字。",
    "é",
    "😀",
    "\u0301",
    "\u200b",
    "\ufdd3",
    "a",
    "Word",
    " word.",
    "1",
    "$&",
    "$'",
  ],
];

describe("wikitext of any kind", { timeout: 600_000 }, () => {
  it("gives clean blocks, the same each time", () => {
    const text = fc.array(fc.constantFrom(...PARTS), { maxLength: 60 });
    fc.assert(
      fc.property(text, (parts) => {
        const wikitext = parts.join("");
        const { blocks } = wikitextToBlocks(wikitext, options);
        for (const block of blocks)
          expect(block).not.toMatch(/\p{Cc}|^\s|\s$|\s\s|\ufeff|^$|[\ufdd0-\ufdef]/u);
        expect(wikitextToBlocks(wikitext, options).blocks).toEqual(blocks);
      }),
      { numRuns: 100_000 },
    );
  });

  it("takes time in proportion to its length, whatever is repeated", () => {
    const part = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(part, part, (opening, closing) => {
        const wikitext = `${opening.join("").repeat(20_000)}${closing.join("").repeat(20_000)}`;
        // Quadratic time would run into the test's time limit.
        expect(wikitextToBlocks(wikitext, options).blocks.length).toBeLessThan(wikitext.length);
      }),
      { numRuns: 300 },
    );
  });

  it("gives whole dumps the same pages at any split, and damaged ones an error that says why", async () => {
    const page = fc
      .array(fc.constantFrom(...PARTS), { maxLength: 30 })
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(
        fc.array(page, { maxLength: 4 }),
        fc.array(fc.nat(4000), { maxLength: 30 }),
        fc.array(fc.record({ at: fc.nat(4000), put: fc.oneof(fc.string(), page) }), {
          maxLength: 3,
        }),
        async (texts, cuts, edits) => {
          const dump = dumpOf(texts.map((text, n) => ({ title: `T${n}`, text })));
          const sorted = cuts.sort((a, b) => a - b);
          const whole = await readDump(dump);
          expect(await readDump(dump, {}, sorted)).toEqual(whole);
          expect(whole.error).toBeUndefined();
          let damaged = dump;
          for (const { at, put } of edits)
            damaged = damaged.slice(0, at) + put + damaged.slice(at + 3);
          const { error } = await readDump(damaged, {}, sorted);
          if (error !== undefined) expect(error).toBeInstanceOf(PipelineError);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe.skipIf(!existsSync(articles))(
  "real articles (../shared/data)",
  { timeout: 600_000 },
  () => {
    const lines = () =>
      readFileSync(articles, "utf8")
        .split("\n")
        .filter((line) => /\S/.test(line) && !/^\s*=/.test(line));

    it("come through wikitext, HTML and Markdown as they are", () => {
      for (const line of lines()) {
        const text = tidy(line);
        const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
        expect(htmlToBlocks(`<p>${escaped}</p>`).blocks).toEqual([text]);
        const wikitext = escaped
          .replaceAll("[[", "&#91;&#91;")
          .replaceAll("''", "&#39;&#39;")
          .replace(/^([*#:;])/, "<nowiki>$1</nowiki>");
        expect(wikitextToBlocks(wikitext, options).blocks).toEqual([text]);
        const markdown = escaped.replace(/[\\`*_{}[\]()#+.!|~>-]/g, "\\$&");
        expect(markdownToBlocks(markdown).blocks).toEqual([text]);
      }
    });

    it("come out of a dump in the same order at one thread and two", async () => {
      const pages = lines().map((text, n) => ({ title: `T${n}`, text }));
      const one = await readDump(dumpOf(pages));
      expect(one.pages).toHaveLength(pages.length);
      expect(await readDump(dumpOf(pages), { threads: 2 })).toEqual(one);
    });
  },
);
