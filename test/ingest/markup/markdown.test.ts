import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markdownToBlocks } from "../../../stages/ingest/markup/markdown.ts";

const blocksOf = (text: string) => markdownToBlocks(text).blocks;

describe("markdownToBlocks", () => {
  it("takes the text of a document", () => {
    const text = `# Reading *Emma*

A novel by [Jane *Austen*](https://example.com "of Chawton"), with \`code<b>\` and
a picture ![of Box Hill](hill.png "x").

Setext
------

- one
- two

  still two
  1. three

> quoted

| a | b |
|---|---|
| 1 | 2 |

\`\`\`js
let dropped;
\`\`\`

    dropped

***

See <https://example.com>, https://example.org and [one][ref]. ~~Gone~~ \\*not\\* &eacute;

[ref]: https://example.net`;
    expect(markdownToBlocks(text)).toEqual({
      title: "Reading Emma",
      blocks: [
        "A novel by Jane Austen, with code<b> and a picture of Box Hill.",
        "Setext",
        "one",
        "two",
        "still two",
        "three",
        "quoted",
        "a b",
        "1 2",
        "See https://example.com, https://example.org and one. Gone *not* é",
      ],
    });
  });

  it("reads embedded HTML as HTML", () => {
    const text = `<div align="center">\n  <b>Bold</b>\n</div>\n\na <i>b</i><br>c <!-- x --> d\n\n<script>\nx\n\ny\n</script>`;
    expect(blocksOf(text)).toEqual(["Bold", "a b c d"]);
  });

  it("keeps the first heading of level 1 where the title is another", () => {
    const text = "---\ntitle: Given\nlang: ko-KR\n---\n# Other\n\na\n\n# Given";
    expect(markdownToBlocks(text)).toEqual({
      title: "Given",
      language: "ko",
      blocks: ["Other", "a", "Given"],
    });
    expect(blocksOf("---\ntitle: Same\n---\n# Same\na")).toEqual(["a"]);
    expect(markdownToBlocks("## Two\na")).toEqual({ blocks: ["Two", "a"] });
  });

  it.each([
    ["quotes", '---\ntitle: "A: b"\n---\na', "A: b"],
    ["a folded value", "---\ntags: [x]\ntitle: >\n  A\n  b\n---\na", "A b"],
    ["a number", "---\ntitle: 1984\n---\na", "1984"],
    ["Windows line ends", "\ufeff---\r\ntitle: A\r\n---\r\na", "A"],
    ["another end", "---\ntitle: A\n...\na", "A"],
    ["none", "---\ntags: x\n---\na", undefined],
    ["nothing", "---\n---\na", undefined],
    ["a list as title", "---\ntitle: [x]\n---\na", undefined],
    ["broken YAML", "---\ntitle: [\n---\na", undefined],
    ["aliases without end", "---\nx: &x [*x, *x]\ntitle: *x\n---\na", undefined],
    ["hostile names", "---\n__proto__: {title: x}\n---\na", undefined],
  ])("reads front matter with %s", (_name, text, title) => {
    expect(markdownToBlocks(text)).toEqual({ ...(title && { title }), blocks: ["a"] });
  });

  it("tells front matter from a rule", () => {
    expect(blocksOf("---\n\na\n\n---\nb")).toEqual(["a", "b"]);
    expect(blocksOf("---\ntitle: x\nno end")).toEqual(["title: x no end"]);
    expect(blocksOf("a\n\n---\ntitle: x\n---\nb")).toEqual(["a", "title: x", "b"]);
  });

  it.each([
    "[",
    "[a](",
    "*",
    "a**b",
    "*a _b ",
    ">",
    "![[",
    "`x``",
    "<a ",
    "<!--",
    "[a]: b\n",
    "|a",
    "- \n",
    "&",
    "\\",
    "a\n",
    "#",
    "<b>*",
  ])("reads a hundred thousand %j in bounded time", (part) => {
    // Quadratic time would run into the test's time limit.
    const { blocks } = markdownToBlocks(part.repeat(100_000));
    expect(blocks.length).toBeLessThan(300_000);
  });

  it("gives clean blocks for anything", () => {
    const parts = [
      "# ",
      "- ",
      "> ",
      "```",
      "\n",
      "|",
      "---\n",
      "<p>",
      "</p>",
      "[",
      "](",
      "*",
      "_",
      "`",
      "  ",
    ];
    const text = fc.array(
      fc.oneof(fc.constantFrom(...parts), fc.string({ unit: "binary", maxLength: 5 })),
    );
    fc.assert(
      fc.property(text, (pieces) => {
        const { title = "x", blocks } = markdownToBlocks(pieces.join(""));
        for (const block of [title, ...blocks])
          expect(block).not.toMatch(/\p{Cc}|^\s|\s$|\s\s|\ufeff|^$/u);
      }),
      { numRuns: 500 },
    );
  });
});
