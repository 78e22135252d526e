import { z } from "zod";
import { BACKEND_NAMES } from "../../backend/select.ts";
import { albert, albertShapeSchema } from "../../model/config.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { type Schedule, scheduleSchema } from "../../model/schedule.ts";

const steps = z.int().positive();

export const params = z
  .object({
    /** The model's shape; its vocabulary size is the tokenizer's. */
    model: albertShapeSchema.prefault(albert("tiny")),
    trainBatchSize: z.int().positive().default(16),
    numTrainSteps: steps.default(400),
    /** Steps during which the learning rate rises; by default a tenth of all, at most 3125. */
    warmupSteps: z.int().min(0).optional(),
    /** The peak: 0.00176 is the reference's for batches of 4096. */
    learningRate: scheduleSchema.shape.learningRate.default(0.00176),
    decay: scheduleSchema.shape.decay,
    optimiser: optimiserSchema.prefault({}),
    /** Length to which examples are padded; by default the longest example's, rounded up to a multiple of 8. */
    maxSeqLength: z.int().positive().optional(),
    /**
     * What each epoch after the first draws anew, at no cost on disk: nothing, the masks, or also where each pair is
     * parted and which segment comes first.
     */
    redraw: z.enum(["nothing", "masks", "pairs"]).default("nothing"),
    /** How masks are drawn anew: what sop-pairs was told, where that was not its defaults. */
    masking: z
      .object({
        maskedLmProb: z.number().gt(0).max(0.9).default(0.15),
        maxPredictionsPerSeq: z.int().min(1).optional(),
        ngram: z.int().min(1).max(16).default(3),
        favorShorterNgram: z.boolean().default(true),
        wholeWord: z.boolean().default(true),
        spans: z.enum(["within-segment", "across"]).default("within-segment"),
        countSpecials: z.boolean().default(false),
        replaceWithSpecials: z.boolean().default(false),
      })
      .prefault({}),
    /** Steps between two training rows of the curve. */
    logEverySteps: steps.default(10),
    /** Steps between two held-out rows of the curve. */
    evaluateEverySteps: steps.default(100),
    /** Held-out examples for those rows, a fixed sample; the scores at the end are on all of them. */
    heldoutSample: z.int().positive().default(512),
    /** Where the tensors are computed; `auto` takes the fastest that works. */
    backend: z.enum(["auto", ...BACKEND_NAMES]).default("auto"),
  })
  .refine((value) => (value.warmupSteps ?? 0) <= value.numTrainSteps, {
    path: ["warmupSteps"],
    message: "must not exceed numTrainSteps",
  })
  .prefault({});

export type TrainParams = z.output<typeof params>;

/** The reference's warm-up: more is not needed however long the training. */
const LONGEST_DEFAULT_WARMUP = 3125;

/** The schedule that parameters describe. */
export function scheduleOf({
  learningRate,
  warmupSteps,
  numTrainSteps,
  decay,
}: TrainParams): Schedule {
  const tenth = Math.min(LONGEST_DEFAULT_WARMUP, Math.round(numTrainSteps / 10));
  return { learningRate, warmupSteps: warmupSteps ?? tenth, numTrainSteps, decay };
}
