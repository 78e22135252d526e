import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { workerBundle } from "../engine/schedule/worker-bundle.ts";
import { median } from "../lib/spread.ts";
import { type AlbertConfig, albert } from "../model/config.ts";
import type { PretrainingShape } from "../model/pretraining.ts";
import type { Taken } from "../stages/train/clock.ts";
import { ofBudget, type Result } from "./result.ts";

/** What the project allows itself for ALBERT base. */
const BUDGET_SECONDS = 3;
const WORKER = new URL("./workers/first-step.ts", import.meta.url).href;

export interface FirstStepOptions {
  readonly config: AlbertConfig;
  readonly shape: PretrainingShape;
  readonly threads: number;
}

/**
 * What it takes from starting a training's process, whose code is built as that of `pipeline run` is, until its first step
 * begins: loading code, drawing parameters, compiling the gradients and the update. Reading examples is not in it.
 */
export async function toFirstStep(options: FirstStepOptions): Promise<Taken> {
  const bundle = await workerBundle([WORKER]);
  const code = `import(${JSON.stringify(bundle!.modules[WORKER])})`;
  const start = (performance.timeOrigin + performance.now()) / 1000;
  const command = ["-e", code, JSON.stringify(options)];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  const [reached, cpuSeconds] = stdout.split(" ").map(Number);
  return { seconds: reached! - start, cpuSeconds: cpuSeconds! };
}

/** `first-step [rounds] [threads]`: how long ALBERT base takes until its first step, 8 x 128, 20 masked positions a row. */
export async function run([rounds = "5", threads = "2"]: readonly string[]): Promise<Result> {
  const config = { ...albert("base"), vocabSize: 30_000 };
  const shape = { batchSize: 8, sequenceLength: 128, maskedPositions: 160 };
  const taken: Taken[] = [];
  for (let round = 0; round < Number(rounds); round++) {
    const { seconds, cpuSeconds } = await toFirstStep({ config, shape, threads: Number(threads) });
    taken.push({ seconds, cpuSeconds });
    console.log(
      `round ${round + 1}: ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of processor time`,
    );
  }
  const seconds = taken.map((each) => each.seconds);
  const cpuSeconds = median(taken.map((each) => each.cpuSeconds));
  return { ...ofBudget("first-step", seconds, BUDGET_SECONDS), cpuSeconds };
}
