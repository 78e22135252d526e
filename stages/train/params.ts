import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { BACKEND_NAMES } from "../../backend/select.ts";
import { albert, albertShapeSchema } from "../../model/config.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { agreeBefore, type Schedule, scheduleSchema } from "../../model/schedule.ts";

const steps = z.int().positive();

export const params = z
  .object({
    /** The model's shape; its vocabulary size is the tokenizer's. */
    model: albertShapeSchema.prefault(albert("tiny")),
    trainBatchSize: z.int().positive().default(16),
    /**
     * Examples that are computed at once; a batch of more is gone through in parts, whose gradients are summed. By
     * default as many as half of the memory should hold.
     */
    microBatchSize: z.int().positive().optional(),
    numTrainSteps: steps.default(400),
    /** Steps during which the learning rate rises; by default a tenth of all, at most 3125. */
    warmupSteps: z.int().min(0).optional(),
    /** The peak: 0.00176 is the reference's for batches of 4096. */
    learningRate: scheduleSchema.shape.learningRate.default(0.00176),
    decay: scheduleSchema.shape.decay,
    decaySteps: scheduleSchema.shape.decaySteps,
    decayPower: scheduleSchema.shape.decayPower,
    endLearningRate: scheduleSchema.shape.endLearningRate,
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
    /** Steps between two states that are saved, from which an interrupted training goes on. */
    saveEverySteps: steps.default(1000),
    /** How many of those are kept, and become the output `checkpoints`. */
    keepCheckpoints: z.int().positive().default(3),
    /** What is done when a loss or gradient is not finite, or the loss jumps: always before the update is made. */
    divergence: z
      .strictObject({
        /**
         * `skip` leaves the batch out; `rollback` goes back to the last saved state, goes on with a smaller rate and
         * without that batch; `stop` fails.
         */
        policy: z.enum(["skip", "rollback", "stop"]).default("rollback"),
        /** A loss so many standard deviations above the mean of the last ones is a jump; null looks for none. */
        spikeDeviations: z.number().positive().nullable().default(10),
        /** How many of the last losses that mean is of. */
        window: z.int().min(20).default(100),
        /** Batches that may be skipped one after another. */
        maxSkips: z.int().min(0).default(5),
        maxRollbacks: z.int().min(0).default(3),
        /** By what a rollback multiplies the learning rate. */
        rateFactor: z.number().positive().max(1).default(0.5),
      })
      .prefault({}),
    /** Where the tensors are computed; `auto` takes the fastest that works. */
    backend: z.enum(["auto", ...BACKEND_NAMES]).default("auto"),
  })
  .refine(({ microBatchSize = 1, trainBatchSize }) => microBatchSize <= trainBatchSize, {
    path: ["microBatchSize"],
    message: "must not exceed trainBatchSize",
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
export function scheduleOf(params: TrainParams): Schedule {
  const { learningRate, warmupSteps, numTrainSteps, decay } = params;
  const { decaySteps, decayPower, endLearningRate } = params;
  const tenth = Math.min(LONGEST_DEFAULT_WARMUP, Math.round(numTrainSteps / 10));
  return {
    learningRate,
    warmupSteps: warmupSteps ?? tenth,
    numTrainSteps,
    decay,
    decaySteps,
    decayPower,
    endLearningRate,
  };
}

/**
 * Whether a training would have come by the end of an earlier one: nothing differs but that it has more steps, and
 * every step of the earlier one had the same learning rate.
 */
export function continues(earlier: TrainParams, params: TrainParams): boolean {
  const { numTrainSteps: _earlierSteps, ...was } = scheduleFree(earlier);
  const { numTrainSteps: _steps, ...is } = scheduleFree(params);
  return (
    earlier.numTrainSteps < params.numTrainSteps &&
    isDeepStrictEqual(was, is) &&
    agreeBefore(earlier.numTrainSteps, scheduleOf(earlier), scheduleOf(params))
  );
}

/** What a training depends on beside its learning rates. */
function scheduleFree(params: TrainParams) {
  const { learningRate, warmupSteps, decay, decaySteps, decayPower, endLearningRate, ...rest } =
    params;
  // Through JSON, as the parameters of an artifact come.
  return JSON.parse(JSON.stringify(rest)) as typeof rest;
}
