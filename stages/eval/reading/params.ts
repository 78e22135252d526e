import { z } from "zod";
import { params as evalParams } from "../params.ts";

/** SQuAD's and RACE's parameters: those of other fine-tunings, and how passages are cut and answers chosen. */
export const params = evalParams.omit({ task: true, heldoutShare: true, divergence: true }).extend({
  dataset: z.enum(["squad-1.1", "squad-2.0", "race"]),
  /** The training file, or several as a pattern, in the data's folder: SQuAD's JSON, or JSON lines of RACE. */
  train: z.string().min(1),
  /** The evaluated files, by the name of their split. */
  dev: z.record(z.string().min(1), z.string().min(1)),
  maxSeqLength: evalParams.shape.maxSeqLength.unwrap().default(384),
  numTrainEpochs: evalParams.shape.numTrainEpochs.unwrap().default(2),
  learningRate: evalParams.shape.learningRate.unwrap().default(5e-5),
  /** Pieces from one window of a long passage to the next (SQuAD). */
  docStride: z.int().positive().default(128),
  /** Longest question in pieces (SQuAD); longer ones are cut. */
  maxQueryLength: z.int().positive().default(64),
  /** Longest answer in pieces (SQuAD). */
  maxAnswerLength: z.int().positive().default(30),
  /** By how much no answer must score above the best span to be said (SQuAD 2.0). */
  noAnswerThreshold: z.number().default(0),
});

export type ReadingParams = z.output<typeof params>;
