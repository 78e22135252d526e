import { table } from "../../engine/index.ts";

/** Each word of the training split, normalised and split as the tokeniser does, with its count: one part a partition. */
export const words = table({ word: "utf8", count: "int64" });

/**
 * One row a piece, in the order of its id (0, 1, 2, ...): special tokens, the alphabet, merges, the last two by
 * code point. Counts are left out on purpose: without them an edit that keeps the set of pieces keeps every byte.
 */
export const vocab = table({
  id: "int32",
  piece: "utf8",
  /** `special`, `alphabet` or `merge`. */
  kind: "utf8",
});

/** One row a sentence, in document order; one that normalises to nothing has no ids. */
export const sentences = table(
  {
    document_key: "utf8",
    split: "utf8",
    /** The sentence's index in its document. */
    sentence: "int32",
    input_ids: "list<int32>",
    /** 1 where a piece begins a word, else 0. */
    word_starts: "list<uint8>",
  },
  { cutBy: "document_key" },
);
