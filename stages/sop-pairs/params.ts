import { z } from "zod";

/** Shortest window: the three special pieces and room for two short segments. */
const SHORTEST_WINDOW = 11;

export const params = z
  .object({
    /** Pieces in a window, special ones included. */
    maxSeqLength: z.int().min(SHORTEST_WINDOW).max(4096).default(128),
    /** Share of windows that aim at a shorter length, drawn from 2 to the longest for each. */
    shortSeqProb: z.number().min(0).max(1).default(0.1),
    /** Share of an example's pieces that are predicted. */
    maskedLmProb: z.number().gt(0).max(0.9).default(0.15),
    /** Most predictions in an example; by default as many as maskedLmProb gives a full window. */
    maxPredictionsPerSeq: z.int().min(1).optional(),
    /** Longest masked span, in words. */
    ngram: z.int().min(1).max(16).default(3),
    /** Whether short spans are the likelier: p(n) proportional to 1/n. */
    favorShorterNgram: z.boolean().default(true),
    /** Whether words are masked whole. */
    wholeWord: z.boolean().default(true),
    /** How many times the text is gone through, each with other draws; training text its `repeats` as often. */
    dupeFactor: z.int().min(1).max(1000).default(1),
    /** What the second segment is asked about: whether the two were swapped. */
    objective: z.literal("sop").default("sop"),
  })
  .prefault({});

export type SopPairsParams = z.output<typeof params>;
