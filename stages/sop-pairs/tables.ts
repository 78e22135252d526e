import { table } from "../../engine/index.ts";

/** One row an example: `[CLS] A [SEP] B [SEP]`, masked, not padded. */
export const examples = table(
  {
    document_key: "utf8",
    split: "utf8",
    /**
     * Segment A's sentences are [a_start, a_end) of the document, B's [b_start, b_end), before truncation.
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
    /** 1 where a piece begins a word, and at `[CLS]`, `[SEP]` and each segment's first piece. */
    word_starts: "list<uint8>",
    /** Positions to predict, ascending, and the ids that stood there. */
    masked_lm_positions: "list<int32>",
    masked_lm_ids: "list<int32>",
    /** 0 in original order, 1 swapped. */
    sentence_order_label: "int8",
  },
  { cutBy: "document_key" },
);
