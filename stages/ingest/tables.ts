import { table } from "../../engine/index.ts";

/** One row a document. */
export const documents = table(
  {
    /** Stable and unique: made from the source's name (and the text or a given key, where a file holds several). */
    document_key: "utf8",
    /** The source file's name. */
    source: "utf8",
    /** `train` or `heldout`. */
    split: "utf8",
    /** The document's sentences in order, white space collapsed. */
    sentences: "list<utf8>",
    /** Indices of the sentences with which a paragraph begins, ascending; the first is 0. */
    paragraph_starts: "list<int32>",
  },
  { cutBy: "document_key" },
);
