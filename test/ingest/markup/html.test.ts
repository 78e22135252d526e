import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { htmlToBlocks } from "../../../stages/ingest/markup/html.ts";

const blocksOf = (html: string) => htmlToBlocks(html).blocks;

describe("htmlToBlocks", () => {
  it("takes the title, the language and the text of a page", () => {
    const page = `\ufeff<!DOCTYPE html>
      <html lang="en-GB"><head><meta charset=utf-8><title>Emma &amp;
        others</title><style>p { color: red }</style></head>
      <body><header><a href=/>Home</a></header><nav><ul><li>Menu</ul></nav>
      <main><h1>Emma</h1><p>Emma Woodhouse, <b>hand</b>some,
        clever.</p><script>if (a < b) "</p>"</script></main>
      <aside>Buy this</aside><footer>© 1815</footer></body></html>`;
    expect(htmlToBlocks(page)).toEqual({
      title: "Emma & others",
      language: "en",
      blocks: ["Emma", "Emma Woodhouse, handsome, clever."],
    });
  });

  it("has neither where the page says none", () => {
    expect(htmlToBlocks("<p>a")).toEqual({ blocks: ["a"] });
    expect(htmlToBlocks('<html lang="und"><title> </title><p>a')).toEqual({ blocks: ["a"] });
    expect(htmlToBlocks('<html xml:lang="ko_KR">가')).toEqual({ language: "ko", blocks: ["가"] });
  });

  it.each([
    ["paragraphs", "<p>a<p>b</p>c<div>d<div>e</div>f</div>", ["a", "b", "c", "d", "e", "f"]],
    ["list items", "<ul><li>a<li>b<ol><li>c</ol></ul>", ["a", "b", "c"]],
    ["definitions", "<dl><dt>a<dd>b</dl>", ["a", "b"]],
    ["rows of a table", "<table><tr><th>a<th>b<tr><td>c</td><td>d</table>", ["a b", "c d"]],
    ["lines of pre", "<pre>a  b\r\n\n  c\nd</pre>e\nf", ["a b", "c", "d", "e f"]],
    ["a line's end", "a<br>b", ["a b"]],
    ["two of them", "a<br> <br/>b", ["a", "b"]],
    ["inline elements", "a<b>b</b><i> c</i><span>d</span><unknown-one>e</unknown-one>", ["ab cde"]],
  ])("separates %s", (_name, html, blocks) => {
    expect(blocksOf(html)).toEqual(blocks);
  });

  it.each([
    ["named", "&eacute;&nbsp;&lt;b&gt;&amp;amp;", ["é <b>&amp;"]],
    ["numbered", "&#54620;&#x1F600;&#128;", ["한😀€"]],
    ["without an end", "a&copy b &ampx; caf&eacute", ["a© b &x; café"]],
    ["that are none", "&bogus; & &; &#; &#xZ; AT&T", ["&bogus; & &; &#; &#xZ; AT&T"]],
    ["of no character", "a&#0;b&#xd800;c&#x110000;d&#1;e", ["a\ufffdb\ufffdc\ufffdde"]],
  ])("decodes entities: %s", (_name, html, blocks) => {
    expect(blocksOf(html)).toEqual(blocks);
  });

  it.each([
    ["comments and CDATA", "a<!-- <p>x -->b<![CDATA[x]]>c<?php x ?>d", ["abcd"]],
    ["pictures and formulas", "a<svg><title>x</title><text>x</svg><math><mi>x</math>b", ["ab"]],
    ["templates", "<template><p>x</template><noscript>x</noscript>a", ["a"]],
    [
      "controls of forms",
      "<form>a<select><option>x<option>y</select><textarea>x</textarea>b</form>",
      ["ab"],
    ],
    ["readings", "<ruby>漢<rp>(<rt>かん<rp>)</ruby>字", ["漢字"]],
    ["nested boilerplate", "<nav>x<nav>x</nav>x</nav>a", ["a"]],
    ["hidden elements", "<p hidden>x<p>a<div hidden><div>x</div>x</div>b", ["a", "b"]],
    ["hidden list items", "<ul><li hidden>x<ul><li>x</ul>x<li>a</ul>b", ["a", "b"]],
    ["hidden last items", "<ul><li>a<li hidden>x</ul>b", ["a", "b"]],
    [
      "hidden cells",
      "<table><tr><td hidden>x<td>a<tr hidden><td>x<tr><td>b</table>c",
      ["a", "b", "c"],
    ],
    [
      "what assistive technology skips",
      'a<span aria-hidden="TRUE">x</span>b<i aria-hidden=false>c</i>',
      ["abc"],
    ],
    ["what is not displayed", '<p style="color:red; DISPLAY : none">x</p>a', ["a"]],
  ])("leaves out %s", (_name, html, blocks) => {
    expect(blocksOf(html)).toEqual(blocks);
  });

  it("keeps the header of an article, though not that of a page", () => {
    const html =
      "<header>x</header><article><header><h1>a</h1></header>b<footer>c</footer></article>";
    expect(blocksOf(html)).toEqual(["a", "b", "c"]);
  });

  it("ends boilerplate without an end tag where the page's text begins", () => {
    expect(blocksOf("<nav>x<main>a</main>")).toEqual(["a"]);
    expect(blocksOf("<body><aside>x</body>")).toEqual([]);
  });

  it.each([
    "<p",
    "<p>a<",
    "<a href='",
    "<!--",
    "<![CDATA[",
    "</",
    "<title>",
    "<script>",
    "&",
    "<p a=\0>",
    "</p></div></b>",
    "<p hidden",
    "<__proto__ __proto__=x>",
    "\0\u0001\u007f\u0085\ud800",
  ])("takes %j", (html) => {
    for (const text of [html, `a${html}b`, html.repeat(3)])
      for (const block of blocksOf(text)) expect(block).toMatch(/\S/);
  });

  it.each([
    ["<div>", ""],
    ["<b>", "</i>"],
    ["<b>", "<p>x"],
    ["<ul><li>", ""],
    ["<nav>", "</nav>"],
    ["<a x='", ""],
    ["&amp", ""],
    ["<table><tr><td hidden>", "</table>"],
  ])("reads a hundred thousand %s in linear time", (many, others) => {
    // Quadratic time would run into the test's time limit.
    const { blocks } = htmlToBlocks(`${many.repeat(100_000)}a${others.repeat(100_000)}`);
    expect(blocks.length).toBeLessThan(300_000);
  });

  it("gives clean blocks for anything, and gives them back", () => {
    const parts = [
      "<p>",
      "</p>",
      "<br>",
      "<nav>",
      "</nav>",
      "<pre>",
      "<li hidden>",
      "<ul>",
      "</ul>",
      "&",
      ";",
    ];
    const html = fc.array(
      fc.oneof(fc.constantFrom(...parts), fc.string({ unit: "binary", maxLength: 5 })),
    );
    fc.assert(
      fc.property(html, (pieces) => {
        for (const block of blocksOf(pieces.join(""))) {
          expect(block).not.toMatch(/\p{Cc}|^\s|\s$|\s\s|\ufeff|^$/u);
          const escaped = block.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
          expect(blocksOf(`<p>${escaped}`)).toEqual([block]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
