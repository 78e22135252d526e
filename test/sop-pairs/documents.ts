import fc from "fast-check";
import type { TokenizedDocument } from "../../lib/examples/document.ts";

/** Ids below this are special in the tests' vocabulary: [PAD], [UNK], [CLS], [SEP], [MASK]. */
export const SPECIALS = 5;
export const CLS = 2;
export const SEP = 3;
export const MASK = 4;

/** A document whose sentences are given as lists of words, a word as its number of pieces; every piece is unlike all others. */
export function documentOf(
  sentences: readonly (readonly number[])[],
  key = "document",
): TokenizedDocument {
  const wordStarts: number[] = [];
  const offsets = [0];
  for (const words of sentences) {
    for (const pieces of words) {
      for (let piece = 0; piece < pieces; piece++) wordStarts.push(piece === 0 ? 1 : 0);
    }
    offsets.push(wordStarts.length);
  }
  return {
    key,
    split: "train",
    repeats: 1,
    ids: Int32Array.from(wordStarts, (_, index) => SPECIALS + index),
    wordStarts: Uint8Array.from(wordStarts),
    offsets: Int32Array.from(offsets),
    sentences: Int32Array.from(sentences, (_, index) => index),
  };
}

/** `count` sentences of `words` one-piece words. */
export const even = (count: number, words: number, key?: string) =>
  documentOf(
    Array.from({ length: count }, () => new Array<number>(words).fill(1)),
    key,
  );

const sentence = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 30 }),
  },
  {
    weight: 1,
    arbitrary: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 }),
  },
);

/** Documents of short, long, over-long and one-word sentences. */
export const anyDocument = fc
  .tuple(fc.array(sentence, { minLength: 1, maxLength: 25 }), fc.string({ maxLength: 8 }))
  .map(([sentences, key]) => documentOf(sentences, key));
