import { folder, table } from "../../engine/index.ts";

/**
 * Each word of the training split, normalised and split as the tokeniser does, with its count, a document of several
 * `repeats` counted so often: one part a partition.
 */
export const words = table({ word: "utf8", count: "int64" });

/** How the words were normalised: one row a partition, all alike. */
export const normaliser = table({
  lowercase: "bool",
  strip_accents: "bool",
  handle_chinese_chars: "bool",
  clean_text: "bool",
  /** `nfc`, `nfd` or `none`. */
  normal_form: "utf8",
  max_input_chars_per_word: "int32",
});

/**
 * One row a piece, in the order of its id (0, 1, 2, ...), for people and queries: stages read `tokenizer`. One that
 * was trained begins with special tokens, then the alphabet and merges, both by code point. Counts are left out on
 * purpose: without them an edit that keeps the set of pieces keeps every byte.
 */
export const vocab = table({
  id: "int32",
  piece: "utf8",
  /** `special`, `alphabet` or `merge` of a trained one; `special`, `unused` or `piece` of one that was read. */
  kind: "utf8",
});

/**
 * All that decides how text becomes ids, as the files that Hugging Face's tokenizers and transformers load:
 * `tokenizer.json` and `tokenizer_config.json`, with `vocab.txt` of a WordPiece vocabulary and the `spiece.model`
 * from which a Unigram one came.
 */
export const tokenizer = folder();

/** One row a sentence, in document order; one that normalises to nothing has no ids. */
export const sentences = table(
  {
    document_key: "utf8",
    split: "utf8",
    /** How often the document is used in one pass. */
    repeats: "int32",
    /** The sentence's index in its document. */
    sentence: "int32",
    input_ids: "list<int32>",
    /** 1 where a piece begins a word, else 0. */
    word_starts: "list<uint8>",
  },
  { cutBy: "document_key" },
);
