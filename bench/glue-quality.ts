import { albert } from "../model/config.ts";
import { METRICS } from "../stages/eval/metrics.ts";
import { FineTuningRig } from "./fine-tuning.ts";
import { type Bench, median } from "./result.ts";

const TASKS = ["CoLA", "MRPC", "RTE", "STS-B"] as const;
const TUNING = {
  epochs: 2,
  batch: 16,
  learningRate: 1e-3,
  maxSeqLength: 64,
};

/**
 * Whether fine-tuning is as good as transformers' Trainer: from the same random weights, on the same examples, with the
 * same hyperparameters, the dev metric of 5 runs of each; `[seeds] [examples] [task…]`. The ratio is the share of tasks on
 * which our median lies within the peer's range or above it.
 */
export const run: Bench = async ([seeds = "5", examples = "1000", ...names]) => {
  // Wide enough for a model that was never pretrained to learn from.
  const rig = await FineTuningRig.create(albert("mini", { initializerRange: 0.08 }));
  try {
    console.log(rig.description);
    console.log(
      `${TUNING.epochs} epochs of ${examples} examples at most, batches of ${TUNING.batch}, rate ${TUNING.learningRate}, at most ${TUNING.maxSeqLength} pieces`,
    );
    const tasks: Record<string, { ours: number[]; peer: number[]; metric: string }> = {};
    let within = 0;
    const chosen = TASKS.filter((name) => names.length === 0 || names.includes(name));
    for (const name of chosen) {
      const task = await rig.task(name);
      const metric = task.task.metrics[0]!;
      const measure = (values: readonly number[]) => {
        const value = METRICS[metric](task.labels, values);
        return Number.isNaN(value) ? 0 : value;
      };
      const [ours, peer]: [number[], number[]] = [[], []];
      for (let seed = 0; seed < Number(seeds); seed++) {
        const tuning = { ...TUNING, maxTrainExamples: Number(examples), seed };
        ours.push(measure((await rig.ours(task, tuning)).predictions));
        peer.push(measure((await rig.theirs(task, tuning)).predictions));
      }
      const shown = (values: readonly number[]) =>
        `${median(values).toFixed(4)} (${Math.min(...values).toFixed(4)} to ${Math.max(...values).toFixed(4)})`;
      console.log(`${name} ${metric}: ours ${shown(ours)}, peer ${shown(peer)}`);
      tasks[name] = { ours, peer, metric };
      if (median(ours) >= Math.min(...peer)) within++;
    }
    return {
      bench: "glue-quality",
      ratio: within / chosen.length,
      ours: within,
      peer: chosen.length,
      unit: "tasks within the peer's range or above",
      tasks,
    };
  } finally {
    await rig.stop();
  }
};
