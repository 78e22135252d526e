import type { z } from "zod";
import type { GlueTask } from "./glue.ts";
import type { params } from "./params.ts";

/** All that `evaluate` may be told of how to fine-tune. */
export type FineTuningOptions = Omit<z.input<typeof params>, "task" | "seed">;

interface Recipe {
  readonly learningRate: number;
  readonly batch: number;
  /** The encoder's dropouts. */
  readonly dropout: number;
  readonly steps: number;
  readonly warmup: number;
}

/** Lan et al., "ALBERT", ICLR 2020, table 14; run_glue.sh of google-research/albert says the same of the first eight. */
const RECIPES: Readonly<Record<GlueTask, Recipe>> = {
  CoLA: { learningRate: 1e-5, batch: 16, dropout: 0, steps: 5336, warmup: 320 },
  "STS-B": { learningRate: 2e-5, batch: 16, dropout: 0, steps: 3598, warmup: 214 },
  "SST-2": { learningRate: 1e-5, batch: 32, dropout: 0, steps: 20935, warmup: 1256 },
  MNLI: { learningRate: 3e-5, batch: 128, dropout: 0, steps: 10000, warmup: 1000 },
  QNLI: { learningRate: 1e-5, batch: 32, dropout: 0, steps: 33112, warmup: 1986 },
  QQP: { learningRate: 5e-5, batch: 128, dropout: 0.1, steps: 14000, warmup: 1000 },
  RTE: { learningRate: 3e-5, batch: 32, dropout: 0.1, steps: 800, warmup: 200 },
  MRPC: { learningRate: 2e-5, batch: 32, dropout: 0, steps: 800, warmup: 200 },
  WNLI: { learningRate: 2e-5, batch: 16, dropout: 0.1, steps: 2000, warmup: 250 },
};

/**
 * How the paper fine-tunes on a task: AdamW, linear warm-up and decay, the best parameters on the dev set. `stepsScale`
 * multiplies steps and warm-up. Options that are given replace the paper's; with `numTrainEpochs` the length follows
 * the examples and the warm-up keeps its share.
 */
export function glueRecipe(
  name: GlueTask,
  { stepsScale = 1, ...options }: FineTuningOptions & { readonly stepsScale?: number } = {},
): FineTuningOptions {
  const { learningRate, batch, dropout, steps, warmup } = RECIPES[name];
  const byEpochs = options.numTrainEpochs !== undefined;
  const length = byEpochs
    ? { warmupProportion: warmup / steps }
    : {
        numTrainSteps: Math.max(1, Math.round(stepsScale * steps)),
        warmupSteps: Math.round(stepsScale * warmup),
      };
  return {
    learningRate,
    trainBatchSize: batch,
    hiddenDropoutProb: dropout,
    attentionProbsDropoutProb: dropout,
    classifierDropout: 0.1,
    decay: "reference",
    maxSeqLength: 512,
    keep: "best",
    ...length,
    ...options,
  };
}
