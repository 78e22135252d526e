import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { selectBackend } from "../backend/select.ts";
import { type AlbertShape, albert } from "../model/config.ts";
import { timeTraining } from "../stages/train/estimate/measure.ts";
import { trainingMemory } from "../stages/train/memory.ts";
import { params } from "../stages/train/params.ts";
import type { Result } from "./result.ts";

interface Shape {
  readonly model: AlbertShape;
  readonly vocabSize: number;
  readonly batchSize: number;
  readonly length: number;
}

/** Shapes in which one part after another takes most: activations, scores, parameters, logits. */
const SHAPES: readonly Shape[] = [
  { model: albert("tiny"), vocabSize: 8_000, batchSize: 16, length: 128 },
  { model: albert("tiny", { numHiddenLayers: 8 }), vocabSize: 8_000, batchSize: 4, length: 512 },
  { model: albert("small"), vocabSize: 30_000, batchSize: 8, length: 128 },
  { model: albert("small", { sharing: "none" }), vocabSize: 30_000, batchSize: 4, length: 128 },
  { model: albert("base"), vocabSize: 30_000, batchSize: 4, length: 128 },
];
const MASKED = 0.15;

/** What is computed of a training's memory beside the peak of a process that takes a few of its steps. */
export async function run(args: readonly string[]): Promise<Result> {
  if (args[0] !== undefined) return measure(Number(args[0]));
  const distances = SHAPES.map((_, index) => {
    const command = ["--import", "tsx", fileURLToPath(import.meta.url), String(index)];
    const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
    const line = stdout.trim().split("\n").at(-1);
    if (line === undefined || !line.startsWith("{")) throw new Error(stderr);
    const { ours, peer } = JSON.parse(line) as Result;
    console.log(`shape ${index}: computed ${ours.toFixed(0)} MB, measured ${peer.toFixed(0)} MB`);
    return Math.abs(ours / peer - 1);
  });
  const most = 100 * Math.max(...distances);
  const peerIs = "the distance that is allowed";
  return { bench: "estimate", ratio: 15 / most, ours: most, peer: 15, unit: "%", peerIs };
}

/** Takes a few steps in this process. */
async function measure(index: number): Promise<Result> {
  const { model, vocabSize, batchSize, length } = SHAPES[index]!;
  const config = { ...model, vocabSize };
  const mostTargets = Math.round(MASKED * length);
  const { optimiser, precision } = params.parse({});
  const backend = await selectBackend("onnxruntime", { threads: 1 });
  const whole = { batchSize, microBatchSize: batchSize, sequenceLength: length, mostTargets };
  await timeTraining(backend, { config, optimiser, precision, recompute: false, ...whole }, 0);
  const shape = { batchSize, sequenceLength: length, maskedPositions: batchSize * mostTargets };
  const ours = trainingMemory(config, shape, false).total / 1e6;
  const peer = (1024 * process.resourceUsage().maxRSS) / 1e6;
  return { bench: "estimate", ratio: ours / peer, ours, peer, unit: "MB", peerIs: "measured" };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(await run(process.argv.slice(2))));
