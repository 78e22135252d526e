import { describe, expect, test } from "vitest";
import { WordPieceTokenizer } from "../../lib/wordpiece/tokenizer.ts";
import { COMBINATIONS, codePointDigests, gold, textsDigest } from "./nasty.ts";

const combinations = Array.from({ length: COMBINATIONS }, (_, combination) => combination);

// Some blocks of what exact.long.ts compares whole: the first, in which most scripts with cases and marks are, and
// another of the 136 by turns.
describe("equal to Hugging Face in words, ids, word starts and offsets", () => {
  test.each(combinations)("on code points, under options %i", (combination) => {
    const expected = gold.codePoints[combination]!.split(" ");
    const blocks = [0, 5 + ((31 * combination) % (expected.length - 5))];
    expect(codePointDigests(combination, blocks)).toEqual(blocks.map((block) => expected[block]));
  });

  test.each([0, 25, 50, 63])("on ten thousand random texts, block %i", (block) => {
    expect(textsDigest(block)).toBe(gold.texts[block]);
  });
});

test("offsets count UTF-16 units, of surrogates alone too", () => {
  const tokenizer = new WordPieceTokenizer(["[UNK]", "a", "b", "##b", "😀"]);
  const { ids, wordStarts, starts, ends } = tokenizer.encodeWithOffsets(
    "\ud800a😀 \udc00😀 ab\ud83d",
  );
  const rows = [...ids].map((id, at) => [
    tokenizer.pieces[id],
    wordStarts[at],
    starts[at],
    ends[at],
  ]);
  expect(rows).toEqual([
    ["[UNK]", 1, 1, 4],
    ["😀", 1, 6, 8],
    ["a", 1, 9, 10],
    ["##b", 0, 10, 11],
  ]);
});
