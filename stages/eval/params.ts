import { z } from "zod";
import { BACKEND_NAMES } from "../../backend/select.ts";
import { taskSchema } from "./task.ts";

const probability = z.number().min(0).lt(1);

export const params = z.object({
  /** What to learn and how it is scored: `glueTask("RTE")`, or a `task({...})` of one's own. */
  task: taskSchema,
  numTrainEpochs: z.number().positive().default(3),
  /** Instead of epochs. */
  numTrainSteps: z.int().positive().optional(),
  trainBatchSize: z.int().positive().default(32),
  learningRate: z.number().positive().default(3e-5),
  /** Share of the steps during which the learning rate rises. */
  warmupProportion: z.number().min(0).max(1).default(0.1),
  /** Longest example in pieces, special ones included; longer ones are cut. */
  maxSeqLength: z.int().min(8).default(128),
  /** Uses only so many training examples, drawn at random. */
  maxTrainExamples: z.int().positive().optional(),
  classifierDropout: probability.default(0.1),
  /** The encoder's dropouts; by default those in the checkpoint's config.json. */
  hiddenDropoutProb: probability.optional(),
  attentionProbsDropoutProb: probability.optional(),
  weightDecay: z.number().min(0).default(0.01),
  /** Where the tensors are computed; `auto` takes the fastest that works. */
  backend: z.enum(["auto", ...BACKEND_NAMES]).default("auto"),
});

export type EvalParams = z.output<typeof params>;
