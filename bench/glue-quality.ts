import { median } from "../lib/spread.ts";
import { albert } from "../model/config.ts";
import type { GlueTask } from "../stages/eval/index.ts";
import { METRICS } from "../stages/eval/metrics.ts";
import { type BenchTask, type FineTuned, FineTuningRig } from "./fine-tuning.ts";
import type { Bench } from "./result.ts";

const TASKS: readonly GlueTask[] = ["CoLA", "MRPC", "RTE", "STS-B"];

/**
 * For models of a million parameters. Long enough that hardly any pair is cut: of two equally long texts transformers cuts
 * the first, BERT's code and ours the second.
 */
const SETTING = { epochs: 3, batch: 16, learningRate: 5e-4, maxSeqLength: 128 };

/**
 * Whether fine-tuning is as good as transformers' Trainer: from the same weights, of the classifier too, on the same
 * examples, with the same hyperparameters, the dev metric of several runs of each; `[seeds] [examples] [checkpoint]
 * [task…]`, where the checkpoint is a folder, or `random` for weights that were never trained. The ratio is the share of
 * tasks on which our median lies within the peer's range or above it.
 */
export const run: Bench = async ([seeds = "5", examples = "1000", checkpoint, ...names]) => {
  // Wide enough for a model that was never pretrained to learn from.
  const random = albert("mini", { initializerRange: 0.08 });
  const start = checkpoint === undefined || checkpoint === "random" ? random : checkpoint;
  const rig = await FineTuningRig.create(start, 1);
  try {
    console.log(rig.description);
    console.log(
      `${SETTING.epochs} epochs of ${examples} examples at most, batches of ${SETTING.batch}, rate ${SETTING.learningRate}, at most ${SETTING.maxSeqLength} pieces`,
    );
    const tasks: Record<string, unknown> = {};
    const chosen = names.length === 0 ? TASKS : (names as GlueTask[]);
    let within = 0;
    for (const name of chosen) {
      const task = await rig.task(name);
      const [ours, peer]: [FineTuned[], FineTuned[]] = [[], []];
      for (let seed = 0; seed < Number(seeds); seed++) {
        const tuning = { ...SETTING, maxTrainExamples: Number(examples), seed };
        const [mine, theirs] = [await rig.ours(task, tuning), await rig.theirs(task, tuning)];
        ours.push(mine);
        peer.push(theirs);
        console.log(`${name}, seed ${seed}: ours ${told(task, mine)}, peer ${told(task, theirs)}`);
      }
      const [metric] = task.task.metrics;
      const measured = {
        ours: ours.map((run) => measure(task, run)),
        peer: peer.map((run) => measure(task, run)),
      };
      const losses = (runs: readonly FineTuned[]) => shown(runs.map(({ loss }) => loss));
      console.log(`${name} ${metric}: ours ${shown(measured.ours)}, peer ${shown(measured.peer)}`);
      console.log(`${name} training loss: ours ${losses(ours)}, peer ${losses(peer)}`);
      tasks[name] = { metric, ...measured };
      if (median(measured.ours) >= Math.min(...measured.peer)) within++;
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

/** A correlation with what is always the same is none: 0. */
function measure({ task, labels }: BenchTask, { predictions }: FineTuned): number {
  const value = METRICS[task.metrics[0]!](labels, predictions);
  return Number.isNaN(value) ? 0 : value;
}

function told(task: BenchTask, run: FineTuned): string {
  return `${measure(task, run).toFixed(4)}, loss ${run.loss.toFixed(4)}, ${run.seconds.toFixed(1)} s`;
}

function shown(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;
}
