import { albert } from "../model/config.ts";
import type { GlueTask } from "../stages/eval/index.ts";
import { METRICS } from "../stages/eval/metrics.ts";
import { type BenchTask, type FineTuned, FineTuningRig } from "./fine-tuning.ts";
import { type Bench, median } from "./result.ts";

const TASKS: readonly GlueTask[] = ["CoLA", "MRPC", "RTE", "STS-B"];

interface Setting {
  readonly batch: number;
  readonly learningRate: number;
  readonly maxSeqLength: number;
  readonly epochs: number;
}

/** For models of a million parameters. */
const USUAL: Setting = { batch: 16, learningRate: 5e-4, maxSeqLength: 128, epochs: 3 };
/** Of a task: longer where so small a model would else answer the commonest label. */
const OWN: Readonly<Partial<Record<GlueTask, Partial<Setting>>>> = {};

/**
 * Whether fine-tuning is as good as transformers' Trainer: from the same weights, on the same examples, with the same
 * hyperparameters, the dev metric of several runs of each; `[seeds] [examples] [checkpoint] [task…]`, where the
 * checkpoint is a folder, or `random` for weights that were never trained. The ratio is the share of tasks on which our
 * median lies within the peer's range or above it.
 */
export const run: Bench = async ([seeds = "5", examples, checkpoint, ...names]) => {
  // Wide enough for a model that was never pretrained to learn from.
  const random = albert("mini", { initializerRange: 0.08 });
  const start = checkpoint === undefined || checkpoint === "random" ? random : checkpoint;
  const rig = await FineTuningRig.create(start, 1);
  try {
    console.log(rig.description);
    const tasks: Record<string, unknown> = {};
    const chosen = names.length === 0 ? TASKS : (names as GlueTask[]);
    let within = 0;
    for (const name of chosen) {
      const setting = { ...USUAL, ...OWN[name] };
      const task = await rig.task(name);
      const [ours, peer]: [FineTuned[], FineTuned[]] = [[], []];
      for (let seed = 0; seed < Number(seeds); seed++) {
        const most =
          examples === undefined || examples === "all"
            ? {}
            : { maxTrainExamples: Number(examples) };
        const tuning = { ...setting, ...most, seed };
        ours.push(await rig.ours(task, tuning));
        peer.push(await rig.theirs(task, tuning));
      }
      const metric = task.task.metrics[0]!;
      const measured = {
        ours: ours.map((each) => measure(task, each)),
        peer: peer.map((each) => measure(task, each)),
      };
      console.log(
        `${name}, ${setting.epochs} epochs, batches of ${setting.batch}, rate ${setting.learningRate}, at most ${setting.maxSeqLength} pieces`,
      );
      console.log(`  ${metric}: ours ${shown(measured.ours)}, peer ${shown(measured.peer)}`);
      const losses = (runs: readonly FineTuned[]) => shown(runs.map(({ loss }) => loss));
      console.log(`  training loss: ours ${losses(ours)}, peer ${losses(peer)}`);
      const seconds = (runs: readonly FineTuned[]) => median(runs.map(({ seconds }) => seconds));
      console.log(
        `  a run: ours ${seconds(ours).toFixed(1)} s, peer ${seconds(peer).toFixed(1)} s`,
      );
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

function shown(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;
}
