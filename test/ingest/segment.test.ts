import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundSentence, MAX_SENTENCE_CHARACTERS } from "../../stages/ingest/segment/bound.ts";
import { isStop, patternFinder } from "../../stages/ingest/segment/marks.ts";
import { isKorean } from "../../stages/ingest/segment/script.ts";
import { splitSentences } from "../../stages/ingest/segment/split.ts";
import { processorTime } from "../rig/processor-time.ts";
import { anyText } from "./any-text.ts";
import { CASES, caseOf } from "./segment-cases.ts";

const findAny = patternFinder("");

const CASE_ROWS = Object.entries(CASES).flatMap(([group, cases]) =>
  cases.map((written) => ({ ...caseOf(group, written), group })),
);
const LANGUAGES = [...new Set(CASE_ROWS.map(({ language }) => language)), "und"];

/** The text with | where a sentence ends and another begins. */
function withMarks(sentences: readonly string[], text: string): string {
  let at = 0;
  let out = "";
  for (const sentence of sentences) {
    const found = text.indexOf(sentence, at);
    out += (at === 0 ? "" : "|") + text.slice(at, found) + sentence;
    at = found + sentence.length;
  }
  return out;
}

/** Fails unless the sentences are slices of the text in order, not empty, with nothing but blanks between them. */
function expectWhole(sentences: readonly string[], text: string): void {
  let at = 0;
  for (const sentence of sentences) {
    expect(sentence).not.toBe("");
    expect(sentence.startsWith(" ") || sentence.endsWith(" ")).toBe(false);
    while (text[at] === " ") at++;
    expect(text.startsWith(sentence, at)).toBe(true);
    at += sentence.length;
  }
  expect(text.slice(at).trim()).toBe("");
}

/** Pieces that each language's rules look at. */
const PIECES = [
  ..."..!?…‥。！？｡．।॥።؟۔։။။៕;\u037e\"'”’)](（「」『』《》«»„“‹› -—–--,、:;'’*_¡¿123IVaAzЯяßÉ한다요죠음까가好かナก",
  " ",
  "Mr.",
  "U.S.",
  "z. B. ",
  "3. ",
  "т. д. ",
  "다. ",
  "봤습니다 ",
  "ㅋㅋ ",
  "라고",
  "The ",
  "It's ",
  " ) ",
  ' " ',
  "[12]",
  "😀",
  "👩‍👩‍👧",
  "\ud804\udc47",
  "\ud804",
  "\udc47",
  "e\u0301",
];

const hostile = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, anyText(4)))
  .map((pieces) => pieces.join("").replace(/\s+/g, " ").trim());

describe("splitSentences", () => {
  it.each(CASE_ROWS)("$group: $marked", ({ language, marked }) => {
    const text = marked.replaceAll("|", "");
    expect(withMarks(splitSentences(text, language), text)).toBe(marked);
  });

  it("has a fair number of cases for each group", () => {
    for (const [group, cases] of Object.entries(CASES))
      expect([group, cases.length >= 15]).toEqual([group, true]);
  });

  it.each(LANGUAGES)("loses nothing of any text: %s", (language) => {
    fc.assert(
      fc.property(hostile, (text) => expectWhole(splitSentences(text, language), text)),
      { numRuns: 250 },
    );
  });

  it("loses nothing of text with blanks that were not collapsed", () => {
    for (const text of ["  One.   Two. ", "하나다.  둘이다.", " ", ""])
      expectWhole(splitSentences(text, "ko"), text);
  });

  const ENDLESS: readonly string[] = [
    ...[
      ".",
      ". ",
      '."',
      '. "',
      '. "(',
      ". )",
      ' . " ',
      "!",
      '"',
      "«",
      " » ",
      "…",
      "。",
      "」",
      "a. - ",
      "a",
      "a.",
    ],
    ...[
      "A. ",
      "a.b.",
      "다.",
      "다 ",
      "다ㅋ",
      "! ㅋ",
      "요 ",
      "'.",
      "《！",
      ".[1]",
      "! :",
      "😀",
      "! 😀",
      "１．",
      "\ud804\udc47",
      "i ",
    ],
  ];
  it.each(ENDLESS)("takes linear time on 200,000 characters of %j", async (piece) => {
    const text = piece.repeat(Math.ceil(200_000 / piece.length)).trim();
    const took = await processorTime(() => {
      for (const language of ["en", "ko", "de", "zh"]) splitSentences(text, language);
    });
    // A quadratic rule would take minutes.
    expect(took).toBeLessThan(10_000);
  });
});

describe("boundSentence", () => {
  it("leaves a sentence that is short enough", () => {
    expect(boundSentence("a b", 3)).toEqual(["a b"]);
    expect(boundSentence("")).toEqual([]);
  });

  it("cuts after the last clause, else at the last blank, else anywhere", () => {
    expect(boundSentence("one two, three four", 12)).toEqual(["one two,", "three four"]);
    expect(boundSentence("one two three four", 9)).toEqual(["one two", "three", "four"]);
    expect(boundSentence("一二三，四五六七八", 6)).toEqual(["一二三，", "四五六七八"]);
    expect(boundSentence("x".repeat(7), 3)).toEqual(["xxx", "xxx", "x"]);
  });

  it("parts no pair of surrogates, no letter from its marks, no joined emoji", () => {
    expect(boundSentence("a😀😀", 2)).toEqual(["a", "😀", "😀"]);
    expect(boundSentence("aae\u0301a", 3)).toEqual(["aa", "e\u0301a"]);
    expect(boundSentence("ab👩\u200d👧cd", 7)).toEqual(["ab👩\u200d👧", "cd"]);
    expect(boundSentence("abc👩\u200d👧cd", 6)).toEqual(["abc", "👩\u200d👧c", "d"]);
  });

  it("loses nothing, and keeps to the limit", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, max) => {
        const slices = boundSentence(text, max);
        expectWhole(slices, text);
        for (const slice of slices) expect(slice.length).toBeLessThanOrEqual(Math.max(max, 2));
      }),
      { numRuns: 500 },
    );
  });

  it("takes linear time on what has no white space", async () => {
    for (const piece of ["a", "\u0301", "\u200d", "😀", ","]) {
      let slices: string[] = [];
      const took = await processorTime(() => {
        slices = boundSentence(piece.repeat(1_000_000 / piece.length));
      });
      expect(took).toBeLessThan(5_000);
      expect(Math.max(...slices.map(({ length }) => length))).toBeLessThanOrEqual(
        MAX_SENTENCE_CHARACTERS,
      );
    }
  });
});

describe("isKorean", () => {
  it("goes by the share of Hangul among the letters", () => {
    expect(isKorean("안녕하세요")).toBe(true);
    expect(isKorean("영화 The Lord of the Rings 정말 재미있게 봤습니다")).toBe(true);
    expect(isKorean("The word 안녕 is a greeting in Korea")).toBe(false);
    expect(isKorean("漢字とかな 한")).toBe(false);
    expect(isKorean("")).toBe(false);
  });
});

describe("isStop", () => {
  it("is true of all Unicode's sentence terminals but Burmese's comma, of ellipses and Greek's question mark", () => {
    const wrong: string[] = [];
    for (let code = 0; code < 0x110000; code++) {
      const character = String.fromCodePoint(code);
      const expected = code !== 0x104a && /^[\p{Sentence_Terminal}…‥\u037e]$/u.test(character);
      if (isStop(character, 0) !== expected) wrong.push(code.toString(16));
      else if (expected && findAny(character, 0) !== 0) wrong.push(`unfound ${code.toString(16)}`);
    }
    expect(wrong).toEqual([]);
  });
});
