import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKorean } from "../../stages/ingest/korean.ts";
import { splitSentences } from "../../stages/ingest/sentences.ts";
import { anyText } from "./any-text.ts";

/** Each case is written with | where a sentence must end. */
const ENGLISH = [
  "He left.| She stayed.| Why?| Nobody knew!| So it goes.",
  "Mr. Speaker, Vice President Cheney, members of Congress.| Thank you.",
  "Dr. and Mrs. Smith met Gen. Grant in St. Louis.| They talked.",
  "Harry S. Truman and Franklin D. Roosevelt spoke.| I listened.",
  "J. A. Smith came.| The rest stayed.",
  "The U.S. Senate met.| It voted with the U.S.| The U.K. did not.",
  "It costs $3.50 or 2.5 percent.| That is all.",
  "See No. 5 and Art. II of vol. 3.| Then answer no.| They did.",
  "On Jan. 5 we met; by Dec.| Mary had gone.",
  "He came at 9 a.m. on foot.| At 10 p.m. EST he left.",
  "Tools, e.g. hammers, i.e. Stanley hammers, matter.| Use them.",
  "Wait... what?| Well...| Maybe.",
  'He said, "Go."| She went.',
  '"Go!" he said.| "Why?" she asked.| "Because."',
  "(Applause.)| Two weeks ago (in May.)| We won.",
  "The farm grew.’| “It rained.”| Then it stopped.",
  "Visit www.example.com.| Then call.",
  "In the 1930's.| Prosperity came.| I don't.| You do.",
  "1. First we go.| 2. Then we rest.",
  "II. Security comes first.| Then peace.",
  "He was elected in 1990.| The year after he left.",
  "Acme Inc. announced it.| He works for Acme Inc.| The firm grew.",
  "The lobsters are blue .| It is known , e.g. here .| They moult .",
  "A. M. Best rated it.| Good.",
  "What?!| Really?!?| Yes.",
  "One sentence without a stop",
  "The U.S.| But why?",
  "Said Mr. Darcy.--Nothing more.",
  "MR. SPEAKER AND MEMBERS: welcome.| SIT DOWN.",
  "Sofort.| Älter ist er. être.| Être ou ne pas être.",
];

const KOREAN = [
  "모든 인간은 동등하다.| 인간은 이성을 부여받았다.",
  "밥 먹었어요?| 네, 먹었어요.| 정말!| 그래.",
  "아무것도 배운것이 없다.| 이말에서 나는 가슴이 시렷다..| 그랬다.",
  "음... 그런데 말이야... 좋다.",
  "재밌었다.|정말 재밌었다.",
  "2020. 3. 1. 서울에서 만났다.| 끝.",
  '그는 "가자." 라고 말했다.| 나는 갔다.',
  '그는 "가자."라고 말했다.| 나는 갔다.',
  "값은 3.5배이다.| 싸다.",
  "가. 서론을 쓴다.| 나. 본론을 쓴다.",
  "1. 서론을 쓴다.| 2. 본론을 쓴다.",
  "iPhone을 샀다.| iPad도 샀다.",
  "생명과 자유를 가진다 .| 모든 사람은 평등하다 .",
  "마침표 없는 한국어 문장입니다 줄이 바뀌어야 끝납니다",
];

const OTHERS = [
  "今天很好。|明天呢？|我们走！|好",
  "「行こう。」と彼は言った。|終わり。",
  "彼は来た。|「そうだ。」|彼女は帰った。",
  "यह पहला है।| यह दूसरा है।",
  "هل أنت هنا؟| نعم.",
  "Он пришёл.| Она ушла. он",
];

function marked(sentences: readonly string[], text: string): string {
  let at = 0;
  let out = "";
  for (const sentence of sentences) {
    const found = text.indexOf(sentence, at);
    out += (at === 0 ? "" : "|") + text.slice(at, found) + sentence;
    at = found + sentence.length;
  }
  return out;
}

describe("splitSentences", () => {
  it.each(ENGLISH)("English: %s", (expected) => {
    const text = expected.replaceAll("|", "");
    expect(marked(splitSentences(text, "en"), text)).toBe(expected);
  });

  it.each(KOREAN)("Korean: %s", (expected) => {
    const text = expected.replaceAll("|", "");
    expect(isKorean(text)).toBe(true);
    expect(marked(splitSentences(text, "ko"), text)).toBe(expected);
  });

  it.each(OTHERS)("other scripts: %s", (expected) => {
    const text = expected.replaceAll("|", "");
    expect(isKorean(text)).toBe(false);
    expect(marked(splitSentences(text, "en"), text)).toBe(expected);
  });

  const hostile = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ..."..!?…。！\"'”)](（「」 -—,;:'’123IVaA",
          " ",
          "Mr.",
          "U.S.",
          "다.",
          "가.",
          "라고",
          "The ",
        ),
        anyText(4),
      ),
    )
    .map((pieces) => pieces.join("").replace(/\s+/g, " ").trim());

  it("loses nothing: sentences are slices in order with only single blanks between", () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom("en" as const, "ko" as const), (text, language) => {
        const sentences = splitSentences(text, language);
        let at = 0;
        for (const sentence of sentences) {
          expect(sentence.trim()).toBe(sentence);
          expect(sentence).not.toBe("");
          if (at > 0 && text[at] === " ") at++;
          expect(text.startsWith(sentence, at)).toBe(true);
          at += sentence.length;
        }
        expect(at).toBe(text.length);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["full stops", "."],
    ["spaced full stops", ". "],
    ["quotes after a stop", '."'],
    ["openers", '. "('],
    ["brackets", ". )"],
    ["dashes", "a. - "],
    ["one endless word", "a"],
    ["dotted letters", "a.b."],
    ["Korean stops", "다."],
    ["apostrophes", "'."],
  ])("takes linear time on %s", (_what, piece) => {
    const time = (repeats: number) => {
      const text = piece.repeat(repeats).trim();
      const begin = performance.now();
      for (const language of ["en", "ko"] as const) splitSentences(text, language);
      return performance.now() - begin;
    };
    time(1000);
    // A quadratic rule would take hours on two million characters.
    expect(time(500_000)).toBeLessThan(5_000);
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
