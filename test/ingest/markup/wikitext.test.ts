import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import wtf from "wtf_wikipedia";
import { wikitextToBlocks } from "../../../stages/ingest/markup/wikitext.ts";

const options = {
  sections: new Set(["references", "see also", "각주", "같이 보기"]),
  prefixes: new Set(["file", "image", "category", "파일", "그림", "분류"]),
  headings: false,
};
const blocksOf = (wikitext: string, headings = false) =>
  wikitextToBlocks(wikitext, { ...options, headings }).blocks;

const ENGLISH = `{{Short description|Capital of South Korea}}
{{Use dmy dates|date=May 2020}}
{{Infobox settlement
| name        = Seoul {{lang|ko|서울}}
| image       = [[File:Seoul.jpg|thumb|A [[view]] of {{nowrap|the city}}]]
| population  = {{Infobox table|
{| class="wikitable"
|-
| 9,000,000 || {{increase}}
|}
}}
}}
<!-- The first sentence
was agreed on -->
'''Seoul''' ({{IPAc-en|s|oʊ|l}}; {{lang-ko|서울}}; {{lit|Capital}}), officially the '''Seoul Special City''',<ref name="law">{{cite web |url=http://example.com/?a=b&c |title=On '''cities'''}}</ref><ref name=other group="n" /> is the [[capital city|capital]] of [[South Korea]].<ref>See [[Seoul]].</ref>
Its [[river]]s and [[park|parks]] cover {{convert|605|km2|sqmi|abbr=on}}.

[[File:Palace.jpg|thumb|left|The palace, with [[Bugaksan|the hill]] {{small|behind}}]]
== History ==
{{Main|History of Seoul}}
In {{circa|1394}} it cost US$5&nbsp;million &ndash; or ''l'amour'' of {{nihongo|Mount Fuji|富士山|Fuji-san|lead=yes}}{{citation needed|date=May 2020}}. H<sub>2</sub>O and <math>x^2</math> are 5&nbsp;&lt; 6.<br />Next.

* One [http://example.com/ with a link] and without [https://example.org].
** ''Two'' <nowiki>[[as it ''is'']]</nowiki>
# Three
; Term
: Meaning
<gallery mode="packed">
File:A.jpg|An [[image]]
</gallery>
{| class="wikitable"
! a !! b
|-
| {{yes}}
{|
| nested
|}
|}
After the table __NOTOC__ came {{quote|text=some words|author=Someone}} (from {{ill|Somebody|ko|누구}}) {{flagicon|KOR}}.
=== See also ===
* [[Busan]]
==== Below ====
Not this.
== Later ==
<div class="x"><small>Small</small> talk.</div><syntaxhighlight lang="c">if (a < b);</syntaxhighlight>
== References ==
{{reflist}}
== External links ==
{{Navbox|list1={{flatlist|
* [[A]]
}}}}
[[Category:Capitals|*]]
[[en:Seoul]]
{{DEFAULTSORT:Seoul}}`;

const KOREAN = `{{다른 뜻|서울 (동음이의)}}
{{도시 정보|이름=서울특별시|그림=[[파일:서울.jpg]]}}
'''서울특별시'''(서울特別市, {{llang|en|Seoul}}, {{문화어|서울}})는 [[대한민국]]의 [[수도]]이자 최대 도시이다.<ref>{{웹 인용|url=http://example.com|제목=서울}}</ref> {{한자|漢城}}이라고도 한다.

== 역사 ==
{{본문|서울의 역사}}
[[파일:경복궁.jpg|섬네일|[[경복궁]]의 모습]]
[[1394년]]에 [[조선 태조|태조]]가 천도하였다{{출처|날짜=2020-1-1}}.
* [[종로구|종로]]와 [[중구 (서울)|중구]]

== 같이 보기 ==
* [[부산광역시]]
== 각주 ==
{{각주}}
[[분류:서울특별시| ]]
[[en:Seoul]]`;

describe("wikitextToBlocks", () => {
  it("takes the text of an English article", () => {
    expect(blocksOf(ENGLISH)).toEqual([
      "Seoul (서울; lit. 'Capital'), officially the Seoul Special City, is the capital of South Korea. Its rivers and parks cover 605 km2.",
      "In c. 1394 it cost US$5 million – or l'amour of Mount Fuji (富士山, Fuji-san). H2O and are 5 < 6. Next.",
      "One with a link and without.",
      "Two [[as it ''is'']]",
      "Three",
      "Term",
      "Meaning",
      "After the table came some words (from Somebody).",
      "Small talk.",
    ]);
  });

  it("takes the text of a Korean article", () => {
    expect(blocksOf(KOREAN)).toEqual([
      "서울특별시(서울特別市, Seoul)는 대한민국의 수도이자 최대 도시이다. 漢城이라고도 한다.",
      "1394년에 태조가 천도하였다.",
      "종로와 중구",
    ]);
  });

  it("keeps headings where they are wanted, never those of what is left out", () => {
    const text =
      "a\n== One '''two''' [[x|three]] ==\nb\n===See also=== <!-- x -->\nc\n====Sub====\nd\n==Four==\n== ==\n=";
    expect(blocksOf(text, true)).toEqual(["a", "One two three", "b", "Four", "="]);
    expect(blocksOf(text)).toEqual(["a", "b", "="]);
  });

  it.each([
    ["[[a]] [[b|c]] [[d#e|f]] [[ g ]]s [[:File:h.jpg]] [[:Category:i|j]]", "a c f gs File:h.jpg j"],
    ["[[a|b|c]] [[|x]] [[]] [[a|]]", "b c"],
    ["[[en:a]] [[zh-yue:a|x]] [[simple:a]] [[wikt:b|c]] [[:fr:d|e]]", "c e"],
    ["a [[b\nc]] d [[unclosed", "a b c]] d unclosed"],
    ["[[File:a.jpg|thumb|x [[b]] [http://c d] {{e}}]]a[[Image:b.png]]b", "ab"],
    [
      "[http://a b c] [https://d] [//e f] [ftp://g h] [mailto:x] [not a link] [1]",
      "b c f h [mailto:x] [not a link] [1]",
    ],
    ["[http://a [[b]]] [http://c '''d'''] [http://unclosed e", "b d [http://unclosed e"],
  ])("reads links: %s", (wikitext, text) => {
    expect(blocksOf(wikitext)).toEqual([text]);
  });

  it.each([
    ["'''a''' ''b'' '''''c''''' d'''e''' ''''f'''' l''x'''", "a b c de 'f' lx"],
    ["a ''b. C'' d '''unclosed. x", "a b. C d unclosed. x"],
    ["日本。''東京''。", "日本。東京。"],
    ["a < b > c <d> <B>e</B> <br>f</br> <span class='x'>g</span> <ref>", "a < b > c <d> e f g"],
    ["a<ref>x<ref>y</ref>b<ref name=z/>c<REF >x</REF >d", "abcd"],
    ["a<nowiki/>b <nowiki>''&lt;{{x}}</nowiki> <nowiki>open ''c''", "ab ''&lt;{{x}} open c"],
    [
      "&amp;lt; &#91;&#91;a&#93;&#93; &unknown; &eacute; AT&T a&b;",
      "&lt; [[a]] &unknown; é AT&T a&b;",
    ],
    ["a<!-- x -->b<!-- ''' {{ --> c <!-- unclosed", "ab c"],
    ["US$1 $& $' $$ {a} }b{ ~~~~ f() ----", "US$1 $& $' $$ {a} }b{ ~~~~ f() ----"],
  ])("reads what stands in running text: %s", (wikitext, text) => {
    expect(blocksOf(wikitext)).toEqual([text]);
  });

  it.each([
    ["a {{unknown template|x={{y}}|[[z]]}} b", "a b"],
    ["a {{{parameter|x}}} b {{{{{x}}}}} c", "a b c"],
    ["a {{lang|fr|''b'' {{nowrap|c|d}}}} e {{Lang_|fr|x}}", "a b c e x"],
    ["{{unclosed a {{nowrap|b}} c", "unclosed a b c"],
    ["a }} b {{ }} {{}} {{|x}}", "a }} b"],
    ["{{val|1234.5|u=km}} {{formatnum:1234}} {{sfrac|1|2}} {{frac|1|2}}", "1234.5 1234 1⁄2 1/2"],
    ["{{nowrap|a [[b|c]] <ref>x</ref>d &#124; e}}", "a c d | e"],
    ["a{{snd}}b{{·}}c {{=}} {{ndash}}", "a – b·c = –"],
    ["{{USA}} {{flag|Canada}} {{국기|대한민국}}", "Canada 대한민국"],
    [
      "{{CURRENTYEAR}} {{age|1990|1|1}} {{birth date and age|1990|1|2}} {{time ago|2001}}",
      "January 2, 1990",
    ],
    ["a {{loop|1000000000|x}}{{padleft:x|999999999}}{{str rep|x|999999999}} b", "a b"],
    [
      "a {{gaps}} {{multiply|x}} {{flagcountry}} {{syntaxhighlight}} {{cbb roster/header|x}} b",
      "a b",
    ],
    ["a {{__proto__|x}}{{constructor|x}}{{toString}} b", "a b"],
    ["{{nihongo|A|B}} {{nihongo||B|c}} {{nihongo|A}}", "A (B) B, c A"],
  ])("expands templates: %s", (wikitext, text) => {
    expect(blocksOf(wikitext)).toEqual([text]);
  });

  it.each([
    ["a ({{x}}; b), c ({{x}}) d (e, {{x}}).", "a (b), c d (e)."],
    ["a {{x}}, b {{x}} {{x}}. c({{x}}, {{x}})d", "a, b. cd"],
    ["가({{x}}, 나)는 다 ({{x}})라", "가(나)는 다라"],
    ["東京（{{x}}、京）は。{{x}}。", "東京（京）は。。"],
    ["f() (; ) a , b", "f() (; ) a , b"],
  ])("closes gaps: %s", (wikitext, text) => {
    expect(blocksOf(wikitext)).toEqual([text]);
  });

  it.each([
    ["lists", "*a\n** b\n#:c\n\n;d:e", ["a", "b", "c", "d:e"]],
    ["paragraphs", "a\nb\n\nc\n \nd", ["a b", "c", "d"]],
    ["paragraphs around a comment's line", "a\n<!-- x -->\nb", ["a b"]],
    ["blocks of HTML", "a<p>b</p>c<div>d</div><poem>e</poem>", ["a", "b", "c", "d", "e"]],
    ["an indented table", "a\n:: {| \n|x\n|}\nb", ["a", "b"]],
    ["a table without an end", "a\n{|\n| x\n== b ==\nc", ["a", "c"]],
    ["a table without a beginning", "a\n| x\n|-\n! y\n|}\nb", ["a", "b"]],
    ["a table in a template", "{{x|\n{|\n|}}\n|}\n}}a", ["a"]],
    [
      "lists as templates",
      "{{ubl|a|[[b|c]]}}\n{{plainlist|\n* d\n* e\n}}\nf {{ubl|g|h}}",
      ["a", "c", "d", "e", "f g h"],
    ],
  ])("separates %s", (_name, wikitext, blocks) => {
    expect(blocksOf(wikitext)).toEqual(blocks);
  });

  it("knows pages that tell apart what has the same name", () => {
    const is = (wikitext: string) => wikitextToBlocks(wikitext, options).disambiguation;
    expect(is("'''A''' may be:\n* [[B]]\n{{Disambiguation|geo}}")).toBe(true);
    expect(is("* [[가]]\n{{동음이의}}")).toBe(true);
    expect(is("* [[A]]\n{{hndis|A}} __DISAMBIG__")).toBe(true);
    expect(is("[[A]]{{disambiguation needed|date=x}} {{About|b|c|D (disambiguation)}}")).toBe(
      false,
    );
  });

  describe("of every template of the library", () => {
    afterEach(() => {
      vi.useRealTimers();
      vi.restoreAllMocks();
    });

    it("gives the same on any day, in any language", async () => {
      let names: readonly string[] = [];
      wtf.extend((_models: unknown, templates: object) => {
        names = Object.keys(templates);
      });
      expect(names.length).toBeGreaterThan(2000);
      const expanded = async (now: Date) => {
        vi.useFakeTimers({ now, toFake: ["Date"] });
        vi.resetModules();
        const { wikitextToBlocks } = await import("../../../stages/ingest/markup/wikitext.ts");
        return names.map((name) =>
          ["", "|1990", "|12345.6|2|3|4|5", "|a=b|text|1=c|date=5 May 2001|year=1990"].map(
            (args) => wikitextToBlocks(`x {{${name}${args}}} y`, options).blocks,
          ),
        );
      };
      const one = await expanded(new Date("2001-02-03"));
      vi.spyOn(Number.prototype, "toLocaleString").mockReturnValue("by locale");
      expect(await expanded(new Date("2034-11-12"))).toEqual(one);
    });
  });

  it("gives for plain links and emphasis what the library gives", () => {
    const texts = [
      "'''Emma''' is a [[novel]] by [[Jane Austen|Austen]], [[1815]].",
      "It has [[comedy|comic]] ''and'' serious [[part]]s ([http://example.com site]).",
      "A [[:Category:Novels|list]] of '''''all''''' [[Novel#History|them]]",
    ];
    for (const text of texts) expect(blocksOf(text)).toEqual([wtf(text).text({})]);
  });

  it.each([
    "{{",
    "[[",
    "{{a|",
    "[[a|",
    "}}",
    "]]",
    "{|\n",
    "\n{|\n|}",
    "<ref>",
    "<nowiki>",
    "<!--",
    "<a ",
    "[http://a ",
    "'''",
    "{{nowrap|",
    "{{nowrap|a}}",
    "{{x}}",
    "[[a]] ",
    "(",
    "&",
    "==\n",
    "*",
    "{{{",
    "__A",
    "1. ",
    "[[File:a|\n",
  ])("reads a hundred thousand %j in linear time", (part) => {
    // Quadratic time would run into the test's time limit.
    const text = `${part.repeat(100_000)}a${"}}]]".repeat(100_000)}`;
    expect(blocksOf(text).length).toBeLessThan(300_000);
  });

  it("gives clean blocks for anything", () => {
    const parts = [
      "{{",
      "}}",
      "[[",
      "]]",
      "|",
      "\n",
      "{|",
      "|}",
      "<ref>",
      "</ref>",
      "''",
      "==",
      "*",
      "nowrap|",
      "lang|a|",
      "<!--",
      "-->",
      "<br>",
      "&lt;",
      "[http://a ",
      "]",
      "\ufdd0",
      "convert|5|km",
    ];
    const text = fc.array(
      fc.oneof(fc.constantFrom(...parts), fc.string({ unit: "binary", maxLength: 5 })),
    );
    fc.assert(
      fc.property(text, (pieces) => {
        for (const block of blocksOf(pieces.join("")))
          expect(block).not.toMatch(/\p{Cc}|^\s|\s$|\s\s|\ufeff|^$|[\ufdd0-\ufdef]/u);
      }),
      { numRuns: 500 },
    );
  });
});
