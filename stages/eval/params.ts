import { z } from "zod";
import { BACKEND_NAMES } from "../../backend/select.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { taskSchema } from "./task.ts";

const probability = z.number().min(0).lt(1);

/** What a task's examples are, to whatever is trained on them. */
export const taskParams = z.object({
  /** What to learn and how it is scored: `glueTask("RTE")`, or a `task({...})` of one's own. */
  task: taskSchema,
  /** Uses only so many training examples, drawn at random. */
  maxTrainExamples: z.int().positive().optional(),
  /**
   * Share of the training examples that are not trained on and evaluated as the split `heldout`, for a task without
   * labelled files beside its training file.
   */
  heldoutShare: z.number().gt(0).lt(1).optional(),
});

export type TaskParams = z.output<typeof taskParams>;

export const params = taskParams.extend({
  /** Which of several runs: added to the pipeline's seed, which draws the classifier, the orders and the dropouts. */
  seed: z.int32().min(0).default(0),
  numTrainEpochs: z.number().positive().default(3),
  /** Instead of epochs. */
  numTrainSteps: z.int().positive().optional(),
  trainBatchSize: z.int().positive().default(32),
  learningRate: z.number().positive().default(3e-5),
  /** Share of the steps during which the learning rate rises. */
  warmupProportion: z.number().min(0).max(1).default(0.1),
  /** Instead of a share. */
  warmupSteps: z.int().min(0).optional(),
  /** From where the learning rate falls to 0: `reference` counts from step 0, `continuous` from the warm-up's end. */
  decay: z.enum(["continuous", "reference"]).default("continuous"),
  optimiser: optimiserSchema
    .safeExtend({ name: optimiserSchema.shape.name.unwrap().default("adamw") })
    .prefault({}),
  /**
   * How often the first evaluated split is scored meanwhile; by default only where `keep` or `patience` need it, after
   * each epoch and 20 times at most.
   */
  evaluateEverySteps: z.int().positive().optional(),
  /** Which parameters are scored in the end: the last, or the best by the task's first metric on that split. */
  keep: z.enum(["last", "best"]).default("last"),
  /** Ends the training early: after so many scores in a row that are no better than the best. */
  patience: z.int().positive().optional(),
  /**
   * What becomes of a fine-tuning whose loss or gradient is no longer finite: it fails, or it ends without a score, so
   * that what compares several goes on.
   */
  divergence: z.enum(["fail", "end"]).default("fail"),
  /** Longest example in pieces, special ones included; longer ones are cut. */
  maxSeqLength: z.int().min(8).default(128),
  classifierDropout: probability.default(0.1),
  /** The encoder's dropouts; by default those in the checkpoint's config.json. */
  hiddenDropoutProb: probability.optional(),
  attentionProbsDropoutProb: probability.optional(),
  /** Whether the fine-tuned model is written as the output `checkpoint`, which another fine-tuning may start from. */
  saveCheckpoint: z.boolean().default(false),
  /** Where the tensors are computed; `auto` takes the fastest that works. */
  backend: z.enum(["auto", ...BACKEND_NAMES]).default("auto"),
});

export type EvalParams = z.output<typeof params>;
