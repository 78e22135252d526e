/** What a tally counts, by split; of hashes and spans by value. */
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
  | "seen pieces"
  /** By hash: an example with its masks, its text, and a sentence of eight pieces or more. */
  | "example"
  | "text"
  | "sentence";
