import { rowTable, table } from "../../engine/index.ts";

/** What became of one partition's words, by language and script. */
export const counts = table({
  language: "utf8",
  script: "utf8",
  words: "int64",
  pieces: "int64",
  unknown_words: "int64",
  continuation_pieces: "int64",
  characters: "int64",
  uncovered_characters: "int64",
});

/** How many of one partition's sentences and documents have so many pieces. */
export const lengths = table({
  language: "utf8",
  /** `sentence` or `document`. */
  unit: "utf8",
  pieces: "int32",
  count: "int64",
});

/** One partition's words with an unknown piece in them, as written, and characters of which no piece has any. */
export const misses = table({
  /** `word` or `character`. */
  kind: "utf8",
  text: "utf8",
  count: "int64",
});

/** What the vocabulary does to the text: one row for all of it, each language and each script. */
export const coverage = rowTable({
  /** `all`, `language` or `script`. */
  scope: "utf8",
  name: "utf8",
  /** Words as BERT's pre-tokeniser defines them. */
  words: "float64",
  pieces: "float64",
  /** Fertility: pieces a word. */
  pieces_per_word: "float64",
  /** Share of words with an unknown piece in them. */
  unknown_words: "float64",
  /** Share of pieces that do not begin a word. */
  continuation_pieces: "float64",
  /** Characters of words, normalised. */
  characters: "float64",
  /** Share of characters that are in no piece. */
  uncovered_characters: "float64",
});

/** How long sentences and documents are, in pieces without special ones: the least that so many percent do not exceed. */
export const percentiles = rowTable({
  /** `sentence` or `document`. */
  unit: "utf8",
  /** A language, or `all`. */
  language: "utf8",
  count: "float64",
  p1: "int32",
  p5: "int32",
  p25: "int32",
  p50: "int32",
  p75: "int32",
  p95: "int32",
  p99: "int32",
  max: "int32",
});

/** The most frequent words with an unknown piece in them, as written, most frequent first. */
export const unknownWords = rowTable({
  word: "utf8",
  count: "float64",
  /** Of all words. */
  share: "float64",
});

/** The most frequent characters that are in no piece, normalised, most frequent first. */
export const uncoveredCharacters = rowTable({
  character: "utf8",
  /** e.g. `U+AC00`. */
  code_point: "utf8",
  count: "float64",
  /** Of all characters. */
  share: "float64",
});
