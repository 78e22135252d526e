import { rowTable, table } from "../../engine/index.ts";

/** One row an example: `[CLS] A [SEP] B [SEP]`, or `[CLS] A [SEP]` where it has one segment, masked, not padded. */
export const examples = table(
  {
    document_key: "utf8",
    /** The document that B is from: the same, but for next-sentence pairs and lone sentences. */
    b_document_key: "utf8",
    split: "utf8",
    /** Which time through the text, and which window of the document in it, both from 0. */
    pass: "int32",
    chunk: "int32",
    /**
     * Segment A's sentences are [a_start, a_end) of its document, B's [b_start, b_end), before truncation.
     * A sentence that is itself parted between the segments is in both ranges.
     */
    a_start: "int32",
    a_end: "int32",
    b_start: "int32",
    b_end: "int32",
    /** Masked input. */
    input_ids: "list<int32>",
    /** 0 for `[CLS] A [SEP]`, 1 for `B [SEP]`. */
    token_type_ids: "list<uint8>",
    /** 1 where a piece begins a word, and at `[CLS]` and `[SEP]`. */
    word_starts: "list<uint8>",
    /** Positions at which a sentence begins, ascending. */
    sentence_starts: "list<int32>",
    /** Positions to predict, ascending, and the ids that stood there. */
    masked_lm_positions: "list<int32>",
    masked_lm_ids: "list<int32>",
    /** 0 in original order, 1 swapped or from another document, -1 where nothing is asked. */
    sentence_order_label: "int8",
  },
  { cutBy: "document_key" },
);

/**
 * Counts of one partition's examples, which the audit adds up, and hashes by which it tells what is there twice: see
 * `Measure` and `Hashed` in `audit/measure.ts`.
 */
export const tallies = table({
  measure: "utf8",
  split: "utf8",
  /** A hash, the number of words of a span, or of pieces to draw from; 0 where the measure is one number. */
  value: "int64",
  count: "int64",
});

/** What can be told of an example without reading it, of a sample of those with an order to tell. */
export const cues = table({
  /** Pieces of the segments. */
  a_length: "int32",
  b_length: "int32",
  chunk: "int32",
  predictions: "int32",
  predictions_in_a: "int32",
  /** Sum of the positions to predict. */
  position_sum: "int32",
  sentence_order_label: "int8",
});

/** One row a measure of all examples or a split, beside the bounds that it must keep. */
export const audit = rowTable({
  measure: "utf8",
  /** `train`, `heldout`, or `all` where splits are not told apart. */
  split: "utf8",
  value: "float64",
  /** What `value` must not fall below, or exceed; null where it may be anything. */
  low: "float64?",
  high: "float64?",
  /** `passed`, `failed`, or `told` where there are no bounds. */
  verdict: "utf8",
  /** How many things `value` is a share or a mean of; of a count, among how many. */
  of: "float64",
  about: "utf8",
});

export type SopPairsOutputs = {
  readonly examples: typeof examples;
  readonly audit: typeof audit;
  readonly tallies: typeof tallies;
  readonly cues: typeof cues;
};
