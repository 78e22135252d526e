/** What the second segment is asked about: swapped or not, from elsewhere or not, or nothing. */
export type Objective = "sop" | "nsp" | "none";

/**
 * What becomes of a window of one sentence: it is parted at a word, gives no example, gives one segment that is
 * masked without an order to tell, or is followed by sentences of another document and called swapped.
 */
export type LoneSentence = "part" | "drop" | "mask-only" | "other-document";

/** How a document is cut into pairs of segments. */
export interface PairOptions {
  readonly seed: number;
  readonly objective: Objective;
  /** Pieces in a window, `[CLS]` and every `[SEP]` included. */
  readonly maxSeqLength: number;
  /** Share of windows whose target length is drawn from 2 to the longest. */
  readonly shortSeqProb: number;
  /** Whether the target length is drawn for each window, or once for all windows of a document. */
  readonly shortLengthDrawn: "per-window" | "per-document";
  readonly loneSentence: LoneSentence;
  /**
   * Whether a window that is nearly full ends before a sentence that would not fit, or takes it and is cut to
   * length whatever that loses.
   */
  readonly filling: "fitting" | "overfull";
  /** What is cut from a window that is too long: whole words, or single pieces. */
  readonly truncation: "words" | "pieces";
}
