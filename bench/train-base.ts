import { albert } from "../model/config.ts";
import { trainingBench } from "./training.ts";

/** ALBERT base, 8 x 128: tokens/s of the whole step beside transformers on torch CPU. */
export const run = trainingBench(
  { bench: "train-base", config: { ...albert("base"), vocabSize: 30_000 }, batchSize: 8 },
  { rounds: 3, steps: 1 },
);
