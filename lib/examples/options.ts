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
  /** What is cut from a window that is too long: whole words, something of each sentence staying, or single pieces. */
  readonly truncation: "words" | "pieces";
  /**
   * Whether a document is always gone through from its beginning, or by a coin from its end. A window overflows by
   * its last sentence, and a long sentence overflows more often: from the beginning, longer segments come second.
   */
  readonly direction: "forward" | "either";
  /** Whether a last window that is not full reaches back into the one before it, or is what was left. */
  readonly lastWindow: "reach-back" | "rest";
  /** Whether segments that read the same in either order, such as equal ones, are asked for their order. */
  readonly alikeSegments: "unlabelled" | "labelled";
}
