import { z } from "zod";
import { GOOGLES_MOST_PREDICTIONS, ways } from "./modes.ts";

/** Shortest window: the three special pieces and room for two short segments. */
const SHORTEST_WINDOW = 11;

export const params = z
  .object({
    /** Whose ways are followed where the parameters from `loneSentence` on do not say otherwise. */
    mode: z.enum(["strict", "paper", "google"]).default("strict"),
    /**
     * What the second segment is asked about: whether the two were swapped (`sop`), whether it is from another
     * document (`nsp`), or nothing (`none`: in their order, labelled -1, which training leaves out).
     */
    objective: z.enum(["sop", "nsp", "none"]).default("sop"),
    /** Pieces in a window, special ones included. */
    maxSeqLength: z.int().min(SHORTEST_WINDOW).max(4096).default(128),
    /** Share of windows that aim at a shorter length, drawn from 2 to the longest. */
    shortSeqProb: z.number().min(0).max(1).default(0.1),
    /** Share of an example's pieces that are predicted. */
    maskedLmProb: z.number().gt(0).max(0.9).default(0.15),
    /** Most predictions in an example; by default as many as maskedLmProb gives a full window, in `google` mode 20. */
    maxPredictionsPerSeq: z.int().min(1).optional(),
    /** Longest masked span, in words. */
    ngram: z.int().min(1).max(16).default(3),
    /** Whether short spans are the likelier: p(n) proportional to 1/n. */
    favorShorterNgram: z.boolean().default(true),
    /** Whether words are masked whole. */
    wholeWord: z.boolean().default(true),
    /** How many times the text is gone through, each with other draws. */
    dupeFactor: z.int().min(1).max(1000).default(1),
    /** Whether a broken gate of the audit fails the stage or is told only; by default told in `google` mode. */
    audit: z.enum(["enforce", "report"]).optional(),
    /** What the audit allows, as shares. */
    auditLimits: z
      .object({
        /** Examples equal to another one, masks and all. */
        duplicates: z.number().min(0).max(1).default(0.01),
        /** Held-out sentences of eight pieces or more that are also in training. */
        heldoutOverlap: z.number().min(0).max(1).default(0.05),
        /** Orders told right from lengths and positions alone. */
        lengthCue: z.number().min(0.5).max(1).default(0.52),
        /** Words with a predicted piece that are not predicted whole. */
        wordsInPart: z.number().min(0).max(1).default(0.01),
        /** Least fill of windows that text was left to fill. */
        fill: z.number().min(0).max(1).default(0.9),
      })
      .prefault({}),
    /**
     * What becomes of a window of one sentence: parted at a word, left out, kept as one segment without a label, or
     * followed by another document's sentences and called swapped.
     */
    loneSentence: z.enum(["part", "drop", "mask-only", "other-document"]).optional(),
    /** Whether a short length is drawn for each window, or once for all windows of a document. */
    shortLengthDrawn: z.enum(["per-window", "per-document"]).optional(),
    /** Whether a nearly full window ends before a sentence that would not fit, or takes it and is cut to length. */
    filling: z.enum(["fitting", "overfull"]).optional(),
    /** What is cut from a window that is too long. */
    truncation: z.enum(["words", "pieces"]).optional(),
    /** Whether a document is always gone through from its beginning, or by a coin from its end. */
    direction: z.enum(["forward", "either"]).optional(),
    /** Whether a document's last window reaches back until it is full, or is what was left. */
    lastWindow: z.enum(["reach-back", "rest"]).optional(),
    /** Whether segments that read the same in either order are labelled. */
    alikeSegments: z.enum(["unlabelled", "labelled"]).optional(),
    /** Whether masked spans keep to their segment. */
    spans: z.enum(["within-segment", "across"]).optional(),
    /** Whether the share to predict is also of `[CLS]` and `[SEP]`. */
    countSpecials: z.boolean().optional(),
    /** Whether a masked piece may be replaced by a special one. */
    replaceWithSpecials: z.boolean().optional(),
    /** Where words begin: as the tokeniser says, or as ALBERT's test of a piece's characters says. */
    wordStarts: z.enum(["tokenizer", "albert"]).optional(),
  })
  .transform(
    ({
      loneSentence,
      shortLengthDrawn,
      filling,
      truncation,
      direction,
      lastWindow,
      alikeSegments,
      spans,
      countSpecials,
      replaceWithSpecials,
      wordStarts,
      maxPredictionsPerSeq,
      ...given
    }) => ({
      ...given,
      audit: given.audit ?? (given.mode === "google" ? ("report" as const) : ("enforce" as const)),
      ...(given.mode === "google" && { maxPredictionsPerSeq: GOOGLES_MOST_PREDICTIONS }),
      ...(maxPredictionsPerSeq !== undefined && { maxPredictionsPerSeq }),
      ...ways(given.mode, {
        loneSentence,
        shortLengthDrawn,
        filling,
        truncation,
        direction,
        lastWindow,
        alikeSegments,
        spans,
        countSpecials,
        replaceWithSpecials,
        wordStarts,
      }),
    }),
  )
  .prefault({});

export type SopPairsParams = z.output<typeof params>;
