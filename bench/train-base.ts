import { albert } from "../model/config.ts";
import type { Bench } from "./result.ts";
import { compareTraining } from "./training.ts";

/** ALBERT base, 8 x 128: tokens/s of the whole step beside transformers on torch CPU; `[rounds] [steps a round]`. */
export const run: Bench = ([rounds = "3", steps = "1"]) =>
  compareTraining({
    bench: "train-base",
    config: { ...albert("base"), vocabSize: 30_000 },
    batchSize: 8,
    rounds: Number(rounds),
    steps: Number(steps),
  });
