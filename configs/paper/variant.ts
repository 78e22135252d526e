import {
  type AlbertShape,
  albert,
  compare,
  estimateTraining,
  evaluate,
  measurePairs,
  train,
  type Variant,
} from "../../index.ts";
import { eraTask, followsTask } from "../sotu/index.ts";
import { ordered, random, tasks, tokenizer } from "./corpus.ts";
import { scale, scaled } from "./scale.ts";

/** A shape for a corpus this small: everything of the paper's at a sixth of its width. */
export function shape(own: {
  readonly hidden?: number;
  readonly layers?: number;
  readonly embedding?: number;
  readonly sharing?: AlbertShape["sharing"];
}): AlbertShape {
  const hidden = (own.hidden ?? 128) / scale.smaller;
  return albert("mini", {
    hiddenSize: hidden,
    numHiddenLayers: Math.ceil((own.layers ?? 2) / scale.smaller),
    numAttentionHeads: hidden / (32 / scale.smaller),
    intermediateSize: 4 * hidden,
    embeddingSize: (own.embedding ?? 32) / scale.smaller,
    sharing: own.sharing ?? "all",
    // The paper's 0.02 is for widths about 2,000: smaller models want as much variance in a sum over their width.
    initializerRange: 0.9 / Math.sqrt(hidden),
    positionInitializer: "sinusoidal",
    maxPositionEmbeddings: 96,
  });
}

/** Places a variant: its estimate, and for each seed the training, the pairs' measurement and the fine-tuning. */
export function variant(own: {
  readonly name: string;
  readonly model: AlbertShape;
  readonly examples?: typeof ordered;
  readonly steps?: number;
  readonly tasks?: readonly ("era" | "follows")[];
  readonly learningRate?: number;
  /** The learning rate of the fine-tunings. */
  readonly tuningRate?: number;
  /** The paper's average over its tasks, in per cent. */
  readonly paper?: number;
}): Variant {
  const { name, model, examples = ordered, steps = 1200, paper } = own;
  const { learningRate = 0.002, tuningRate = 5e-4 } = own;
  const numTrainSteps = scaled(steps);
  const options = {
    model,
    trainBatchSize: 16,
    numTrainSteps,
    warmupSteps: Math.round(numTrainSteps / 10),
    learningRate,
    optimiser: { name: "adamw", biasCorrection: true },
    divergence: { exhausted: "end" },
    logEverySteps: Math.ceil(numTrainSteps / 20),
    evaluateEverySteps: Math.ceil(numTrainSteps / 2),
    heldoutSample: 256,
    saveEverySteps: 100,
  } as const;
  const { estimate } = estimateTraining({ examples, tokenizer }, options, {
    as: `estimate-${name}`,
  });
  const runs = scale.seeds.map((seed) => {
    const as = (what: string) => ({ as: `${what}-${name}-${seed}` });
    const trained = train({ examples, tokenizer }, { ...options, seed }, as("train"));
    const { checkpoint, costs } = trained;
    const sizes = { trainExamples: scaled(1000), heldoutExamples: scaled(1500) };
    const pairs = measurePairs({ checkpoint, ordered, random }, sizes, as("pairs"));
    const scored = (own.tasks ?? ["era"]).map((task) =>
      evaluate(
        { checkpoint, data: tasks[task] },
        {
          task: task === "era" ? eraTask : followsTask,
          seed,
          learningRate: tuningRate,
          numTrainEpochs: 2,
          maxTrainExamples: scaled(3000),
          maxSeqLength: 96,
          divergence: "end",
        },
        as(task),
      ),
    );
    return { costs, pairs: pairs.scores, tasks: scored.map(({ scores }) => scores) };
  });
  return { name, estimate, runs, ...(paper !== undefined && { paper: paper / 100 }) };
}

/** Tables of an experiment: one of every variant's first run, and so on to all of them. */
export function tables(experiment: string, variants: readonly Variant[]) {
  return scale.seeds.map(
    (_, round) =>
      compare(
        variants
          .slice(0, scale.variants)
          .map((each) => ({ ...each, runs: each.runs.slice(0, round + 1) })),
        {
          as: `compare-${experiment}${round + 1 === scale.seeds.length ? "" : `-first-${round + 1}`}`,
        },
      ).comparison,
  );
}
