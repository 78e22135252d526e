import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultNormaliser } from "../../lib/wordpiece/normaliser.ts";
import { trainWordPiece } from "../../lib/wordpiece/trainer.ts";
import { WordCounter } from "../../lib/wordpiece/word-counter.ts";
import { WordCounts } from "../../lib/wordpiece/word-counts.ts";
import { WordSplitter } from "../../lib/wordpiece/word-splitter.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function wordsOf(counts: WordCounts): Record<string, number> {
  const { offsets, bytes, count } = counts.sorted();
  const text = (word: number) =>
    Buffer.from(bytes.subarray(offsets[word], offsets[word + 1])).toString();
  return Object.fromEntries(Array.from(count, (times, word) => [text(word), times]));
}

/** The same, one word at a time. */
function countPlainly(texts: readonly (readonly [string, number])[]): Record<string, number> {
  const splitter = new WordSplitter(defaultNormaliser);
  const counts: Record<string, number> = {};
  for (const [text, times] of texts) {
    const bytes = encode(text);
    splitter.reset(bytes, 0, bytes.length);
    while (splitter.next()) {
      if (splitter.tooLong) continue;
      const word = Buffer.from(splitter.word.subarray(0, splitter.length)).toString();
      counts[word] = (counts[word] ?? 0) + times;
    }
  }
  return counts;
}

function count(texts: readonly (readonly [string, number])[]): WordCounts {
  const counter = new WordCounter(defaultNormaliser);
  for (const [text, times] of texts) {
    const bytes = encode(text);
    counter.addText(bytes, 0, bytes.length, times);
  }
  return counter.finish();
}

const unit = fc.constantFrom(
  ..."aAbc, .é한각\u1100\u1161\u0301中 \n",
  "\u0000",
  "ab ",
  "x".repeat(101),
);
const texts = fc.array(
  fc.tuple(fc.string({ unit, maxLength: 30 }), fc.integer({ min: 1, max: 1000 })),
);

test("counts as one word after another, each text as often as it says", () => {
  fc.assert(
    fc.property(texts, (given) => {
      expect(wordsOf(count(given))).toEqual(countPlainly(given));
    }),
  );
});

test("counts beyond 32 bits", () => {
  const half = 2 ** 30 - 1;
  const given = Array.from({ length: 9 }, () => ["so often", half] as const);
  expect(wordsOf(count(given))).toEqual({ so: 9 * half, often: 9 * half });
});

test("counts more words than it holds at once", () => {
  const numbers = Array.from({ length: 300_000 }, (_, number) => `n${number}`);
  const counts = count([
    [numbers.join(" "), 2],
    [numbers.join(" "), 1],
  ]);
  expect(counts.words.size).toBe(numbers.length);
  expect(counts.sorted().count.every((times) => times === 3)).toBe(true);
});

test("gives one vocabulary, however the texts were shared out", () => {
  const options = { size: 120, minFrequency: 2, alphabetLimit: 50, specialTokens: ["[UNK]"] };
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 5 }), (given, shares) => {
      const together = new WordCounts();
      for (let share = 0; share < shares; share++) {
        const {
          offsets,
          bytes,
          count: times,
        } = count(given.filter((_, at) => at % shares === share)).sorted();
        for (let word = 0; word < times.length; word++)
          together.addWord(bytes, offsets[word]!, offsets[word + 1]!, times[word]!);
      }
      expect(trainWordPiece(together, options)).toEqual(trainWordPiece(count(given), options));
    }),
  );
});
