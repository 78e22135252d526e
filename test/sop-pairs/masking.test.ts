import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Masker,
  type MaskingOptions,
  predictionBudget,
  roundHalfEven,
} from "../../lib/examples/masking.ts";
import { RandomStream } from "../../lib/random.ts";
import { MASK, SPECIALS } from "./documents.ts";

const VOCAB = 1000;
const defaults: MaskingOptions = {
  maskId: MASK,
  replacements: Int32Array.from({ length: VOCAB - SPECIALS }, (_, index) => SPECIALS + index),
  maskedLmProb: 0.15,
  maxPredictionsPerSeq: 1000,
  ngram: 3,
  favorShorterNgram: true,
  wholeWord: true,
  countSpecials: true,
  spans: "within-segment",
};

interface Example {
  readonly ids: Int32Array;
  readonly wordStarts: Uint8Array;
  readonly separator: number;
}

/** `[CLS] A [SEP] B [SEP]` from the piece counts of its words. */
function exampleOf(a: readonly number[], b: readonly number[]): Example {
  const starts = (words: readonly number[]) =>
    words.flatMap((pieces) => Array.from({ length: pieces }, (_, index) => (index === 0 ? 1 : 0)));
  const wordStarts = [1, ...starts(a), 1, ...starts(b), 1];
  const separator = 1 + starts(a).length;
  const ids = wordStarts.map((_, at) => 100 + (at % 800));
  ids[0] = 2;
  ids[separator] = 3;
  ids[ids.length - 1] = 3;
  return { ids: Int32Array.from(ids), wordStarts: Uint8Array.from(wordStarts), separator };
}

function masked(example: Example, options: MaskingOptions, random: RandomStream) {
  const masker = new Masker(options, example.ids.length);
  const ids = example.ids.slice();
  const count = masker.mask(ids, example.wordStarts, example.separator, random);
  return {
    ids,
    positions: [...masker.positions.subarray(0, count)],
    originals: [...masker.originals.subarray(0, count)],
  };
}

const words = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 40 });
const anyExample = fc.tuple(words, words).map(([a, b]) => exampleOf(a, b));
const anyOptions = fc.record({
  maskedLmProb: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
  maxPredictionsPerSeq: fc.integer({ min: 1, max: 80 }),
  ngram: fc.integer({ min: 1, max: 5 }),
  favorShorterNgram: fc.boolean(),
  wholeWord: fc.boolean(),
});

/** Runs of words predicted together, as their numbers of words; adjacent spans look like one. */
function spans(positions: readonly number[]): number[] {
  const lengths: number[] = [];
  for (const [index, position] of positions.entries()) {
    if (index > 0 && positions[index - 1] === position - 1) lengths[lengths.length - 1]!++;
    else lengths.push(1);
  }
  return lengths;
}

/** Whether a share seen in `trials` lies within five standard deviations of what is expected. */
function expectShare(hits: number, trials: number, share: number): void {
  expect(Math.abs(hits / trials - share)).toBeLessThan(
    5 * Math.sqrt((share * (1 - share)) / trials),
  );
}

describe("the number of predictions", () => {
  test.each([
    [4.5, 4],
    [10.5, 10],
    [16.5, 16],
    [5.5, 6],
    [0.5, 0],
    [1.5, 2],
    [19.2, 19],
    [19.7, 20],
    [3, 3],
  ])("round(%d) is %d, as in Python", (value, expected) => {
    expect(roundHalfEven(value)).toBe(expected);
  });

  test.each([
    [30, 1000, 4],
    [70, 1000, 10],
    [110, 1000, 16],
    [128, 1000, 19],
    [512, 1000, 77],
    [512, 20, 20],
    [2, 1000, 1],
  ])("%d pieces, at most %d: %d", (length, most, expected) => {
    expect(predictionBudget(length, 0.15, most)).toBe(expected);
  });
});

describe("Masker", () => {
  test("putting the originals back gives the example that was masked", () => {
    fc.assert(
      fc.property(anyExample, anyOptions, fc.integer(), (example, chosen, seed) => {
        const options = { ...defaults, ...chosen };
        const { ids, positions, originals } = masked(
          example,
          options,
          new RandomStream(seed, "mask"),
        );
        for (const [index, position] of positions.entries()) ids[position] = originals[index]!;
        expect(ids).toEqual(example.ids);
      }),
    );
  });

  test("predicts at least one piece, never more than the budget, never a special one, in order", () => {
    fc.assert(
      fc.property(anyExample, anyOptions, fc.integer(), (example, chosen, seed) => {
        const options = { ...defaults, ...chosen };
        const { positions } = masked(example, options, new RandomStream(seed, "mask"));
        const { maskedLmProb, maxPredictionsPerSeq } = options;
        expect(positions.length).toBeGreaterThan(0);
        expect(positions.length).toBeLessThanOrEqual(
          predictionBudget(example.ids.length, maskedLmProb, maxPredictionsPerSeq),
        );
        expect(positions).not.toContain(0);
        expect(positions).not.toContain(example.separator);
        expect(positions).not.toContain(example.ids.length - 1);
        expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
      }),
    );
  });

  test("masks words whole wherever one fits", () => {
    fc.assert(
      fc.property(anyExample, fc.integer(), (example, seed) => {
        const options = { ...defaults, maskedLmProb: 0.4 };
        if (predictionBudget(example.ids.length, 0.4, 1000) < 5) return;
        const { positions } = masked(example, options, new RandomStream(seed, "mask"));
        const chosen = new Set(positions);
        const { wordStarts, separator, ids } = example;
        for (let at = 2; at < ids.length - 1; at++) {
          if (wordStarts[at] === 1 || at === separator + 1) continue;
          expect(chosen.has(at)).toBe(chosen.has(at - 1));
        }
      }),
    );
  });

  test("a word too long for the budget is predicted in part", () => {
    const { positions } = masked(exampleOf([9], [9]), defaults, new RandomStream(1, "mask"));
    expect([
      [1, 2, 3],
      [11, 12, 13],
    ]).toContainEqual(positions);
  });

  test("a segment that begins inside a word does not join the word before the separator", () => {
    // B's first piece is no word start: with the reference it would be masked together with A's last word.
    const example = exampleOf([1, 1], [1, 1]);
    example.wordStarts[example.separator + 1] = 0;
    const options = { ...defaults, ngram: 1, maskedLmProb: 0.15 };
    for (let seed = 0; seed < 200; seed++) {
      expect(masked(example, options, new RandomStream(seed, "mask")).positions.length).toBe(1);
    }
  });

  test("spans stop at the separator", () => {
    const example = exampleOf(new Array(3).fill(1), new Array(60).fill(1));
    const options = { ...defaults, ngram: 3, favorShorterNgram: false, maskedLmProb: 3 / 66 };
    for (let seed = 0; seed < 300; seed++) {
      const { positions } = masked(example, options, new RandomStream(seed, "mask"));
      expect(spans(positions).every((length) => length <= 3)).toBe(true);
      expect(positions).not.toContain(example.separator);
    }
  });

  test("the share predicted is the one asked for, to the piece where words are single pieces", () => {
    const example = exampleOf(new Array(60).fill(1), new Array(65).fill(1));
    for (let seed = 0; seed < 200; seed++) {
      const { positions } = masked(example, defaults, new RandomStream(seed, "mask"));
      expect(positions.length).toBe(19);
    }
  });

  test.each([
    { favorShorterNgram: true, shares: [6 / 11, 3 / 11, 2 / 11] },
    { favorShorterNgram: false, shares: [2 / 11, 3 / 11, 6 / 11] },
  ])("spans of 1, 2, 3 words come as $shares", ({ favorShorterNgram, shares }) => {
    // One span in a long example: no collisions, and only the last two words shorten a span.
    const example = exampleOf([1], new Array(2000).fill(1));
    const options = { ...defaults, favorShorterNgram, maxPredictionsPerSeq: 3 };
    const random = new RandomStream(9, "spans");
    const first = [0, 0, 0];
    const draws = 3000;
    for (let draw = 0; draw < draws; draw++) {
      const { positions } = masked(example, options, random);
      // Three pieces: one span of three, or one of two and one, or (from unigrams) three or two more.
      const runs = spans(positions).sort((x, y) => y - x);
      if (runs[0] === 3) first[2]!++;
      else if (runs[0] === 2) first[1]!++;
      else first[0]!++;
    }
    // The first span decides unless it is a unigram: then whatever fits the remaining two follows.
    const [p1, p2, p3] = shares as [number, number, number];
    expectShare(first[2]!, draws, p3);
    // 2 first, or 1 and then a span cut to 2 (2 or 3 drawn).
    expectShare(first[1]!, draws, p2 + p1 * (p2 + p3));
    expectShare(first[0]!, draws, p1 * p1);
  });

  test("of the predicted pieces 80 % become [MASK], 10 % stay, 10 % are random and never special", () => {
    const example = exampleOf(new Array(60).fill(1), new Array(65).fill(1));
    const random = new RandomStream(21, "replace");
    const counts = { mask: 0, kept: 0, random: 0 };
    let total = 0;
    const seen = new Set<number>();
    for (let draw = 0; draw < 3000; draw++) {
      const { ids, positions, originals } = masked(example, defaults, random);
      for (const [index, position] of positions.entries()) {
        total++;
        if (ids[position] === MASK) counts.mask++;
        else if (ids[position] === originals[index]) counts.kept++;
        else {
          counts.random++;
          seen.add(ids[position]!);
        }
      }
    }
    const drawnOwn = 0.1 / (VOCAB - SPECIALS);
    expectShare(counts.mask, total, 0.8);
    expectShare(counts.kept, total, 0.1 + drawnOwn);
    expectShare(counts.random, total, 0.1 - drawnOwn);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(SPECIALS);
    expect(Math.max(...seen)).toBe(VOCAB - 1);
    expect(seen.size).toBeGreaterThan(950);
  });

  test("each piece of a word is replaced by itself", () => {
    const example = exampleOf(new Array(12).fill(5), new Array(12).fill(5));
    const random = new RandomStream(33, "replace");
    let mixed = 0;
    for (let draw = 0; draw < 200; draw++) {
      const { ids, positions } = masked(example, defaults, random);
      const asMask = positions.filter((position) => ids[position] === MASK).length;
      if (asMask > 0 && asMask < positions.length) mixed++;
    }
    expect(mixed).toBeGreaterThan(150);
  });

  test("every place is predicted equally often", () => {
    const example = exampleOf(new Array(20).fill(1), new Array(20).fill(1));
    const counts = new Array<number>(example.ids.length).fill(0);
    const random = new RandomStream(55, "places");
    const draws = 8000;
    let total = 0;
    for (let draw = 0; draw < draws; draw++) {
      for (const position of masked(example, { ...defaults, ngram: 1 }, random).positions) {
        counts[position]!++;
        total++;
      }
    }
    for (const [position, count] of counts.entries()) {
      if (position === 0 || position === 21 || position === 42) expect(count).toBe(0);
      else expectShare(count, draws, total / draws / 40);
    }
  });
});
