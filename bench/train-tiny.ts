import { albert } from "../model/config.ts";
import { trainingBench } from "./training.ts";

/** ALBERT tiny, 16 x 128: tokens/s of the whole step beside transformers on torch CPU. */
export const run = trainingBench(
  { bench: "train-tiny", config: { ...albert("tiny"), vocabSize: 8_000 }, batchSize: 16 },
  { rounds: 7, steps: 6 },
);
