import { table } from "../../engine/index.ts";

/** One row a document. */
export const documents = table(
  {
    /** Stable and unique: made from the source's name (and the text or a given key, where a file holds several). */
    document_key: "utf8",
    /** The source file's name. */
    source: "utf8",
    /** As the source gives it, or empty. */
    title: "utf8",
    /** What the document is mostly written in: a primary BCP 47 subtag, or `und` where that is not known. */
    language: "utf8",
    /** `train` or `heldout`. */
    split: "utf8",
    /** How often the document is used in one pass over the corpus, at least 1; always 1 where it is held out. */
    repeats: "int32",
    /** The document's sentences in order, white space collapsed. */
    sentences: "list<utf8>",
    /** Indices of the sentences with which a paragraph begins, ascending; the first is 0. */
    paragraph_starts: "list<int32>",
  },
  { cutBy: "document_key", nonEmpty: "the corpus is empty" },
);

/** One row a record that was left out, or a kind of them that is only counted. */
export const rejected = table({
  /** The source file's name, with `!` and the member's path after it where it is an archive. */
  source: "utf8",
  /** The line at which the record begins, from 1, or the row's number where the format has no lines; 0 where a row stands for many. */
  line: "int64",
  reason: "utf8",
  /** The record's beginning, without control characters. */
  excerpt: "utf8",
});
