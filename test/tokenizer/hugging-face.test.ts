import fc from "fast-check";
import { Tokenizer } from "tokenizers";
import { describe, expect, test } from "vitest";
import { openEncoder } from "../../lib/tokenizer/encoder.ts";
import { tokenizerJsonText } from "../../lib/tokenizer/tokenizer-json.ts";
import { codePointOffsets } from "../../lib/wordpiece/offset-encoder.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";

const LETTERS = [
  ..."abcdeéàıσς.,-'1290中国나라의가각ㄱ각🎉",
  "\u0301",
  "\u200d",
  "\u0130",
  "\u3000",
  "\ufffd",
];
const pieces = [
  ...SPECIAL_PIECES,
  ...LETTERS.filter((letter) => letter.trim() !== ""),
  ...LETTERS.filter((letter) => letter.trim() !== "").map((letter) => `##${letter}`),
  "ab",
  "##cd",
  "나라",
];
const word = fc.array(fc.constantFrom(...LETTERS, ..." \t\u0000ABCÀΣxyz"), { maxLength: 30 });

describe.each([
  [{}],
  [{ stripAccents: true, normalForm: "none" }],
  [{ lowercase: false, normalForm: "nfd" }],
  [{ cleanText: false, handleChineseChars: false, maxInputCharsPerWord: 4 }],
] as const)("the tokenizer.json that is written, with %j", (options) => {
  const definition = wordPieces(pieces, options);

  test("gives Hugging Face's tokenizers our ids and offsets", async () => {
    const theirs = Tokenizer.fromString(tokenizerJsonText(definition));
    const ours = await openEncoder(definition);
    await fc.assert(
      fc.asyncProperty(word, async (characters) => {
        const text = characters.join("");
        const wanted = await theirs.encode(text, null, { addSpecialTokens: false });
        const [got] = await ours.encodeWithOffsets([text]);
        expect([...got!.ids]).toEqual(wanted.getIds());
        const starts = codePointOffsets(text, got!.starts);
        const ends = codePointOffsets(text, got!.ends);
        expect(Array.from(starts, (start, at) => [start, ends[at]])).toEqual(wanted.getOffsets());
      }),
      { numRuns: 400 },
    );
  });

  test("frames one text and two as BERT does", async () => {
    const theirs = Tokenizer.fromString(tokenizerJsonText(definition));
    const { cls, sep } = definition.roles;
    const [a, b] = [pieces.indexOf("a"), pieces.indexOf("b")];
    const pair = await theirs.encode("a", "b");
    expect(pair.getIds()).toEqual([cls, a, sep, b, sep]);
    expect(pair.getTypeIds()).toEqual([0, 0, 0, 1, 1]);
    expect((await theirs.encode("a")).getIds()).toEqual([cls, a, sep]);
  });
});
