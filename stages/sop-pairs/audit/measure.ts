/** What a tally counts, by split; of spans by value. */
export type Measure =
  | "examples"
  /** Examples whose pieces are not those of the sentences that they name. */
  | "wrong text"
  | "labelled"
  | "swapped"
  | "wrong label"
  | "cross-document"
  /** Examples whose segments share a place of their document. */
  | "same place"
  /** Labelled examples whose segments read the same in either order. */
  | "alike"
  | "pieces"
  | "cut pieces"
  | "short windows"
  /** Windows that no short length was drawn for and that are not a document's last. */
  | "inner windows"
  | "inner pieces"
  /** Pieces of windows of one document that no short length was drawn for, and what those could hold of it. */
  | "wide pieces"
  | "attainable pieces"
  /** Pieces of which the share to predict is. */
  | "countable pieces"
  | "wanted"
  | "predicted"
  | "special predicted"
  | "masked"
  | "kept"
  | "special replacements"
  /** The number of pieces that may replace one, as the value. */
  | "replacements"
  | "predicted words"
  | "words in part"
  | "drawn spans"
  | "masked spans"
  | "documents"
  | "unused documents"
  /** Of documents that gave an example. */
  | "sentences"
  | "seen sentences"
  | "document pieces"
  | "seen pieces";

/** What a tally hashes, by split: an example with its masks, its text, and a sentence of eight pieces or more. */
const HASHED = ["example", "text", "sentence"] as const;
export type Hashed = (typeof HASHED)[number];

export function isHashed(measure: string): measure is Hashed {
  return HASHED.some((hashed) => hashed === measure);
}
