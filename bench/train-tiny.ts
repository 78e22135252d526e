import { albert } from "../model/config.ts";
import type { Bench } from "./result.ts";
import { compareTraining } from "./training.ts";

/** ALBERT tiny, 16 x 128: tokens/s of the whole step beside transformers on torch CPU; `[rounds] [steps a round]`. */
export const run: Bench = ([rounds = "7", steps = "6"]) =>
  compareTraining({
    bench: "train-tiny",
    config: { ...albert("tiny"), vocabSize: 8_000 },
    batchSize: 16,
    rounds: Number(rounds),
    steps: Number(steps),
  });
