import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Precision } from "../backend/backend.ts";
import type { BackendName } from "../backend/select.ts";
import { median } from "../lib/spread.ts";
import { type AlbertConfig, albert } from "../model/config.ts";
import { type Peer, startPeer } from "./peer.ts";
import type { Bench } from "./result.ts";
import { SEQUENCE_LENGTH, torchTrainer } from "./training.ts";

/** Every way to a GPU. */
const PATHS: readonly (readonly [BackendName, Precision])[] = [
  ["tensorflow", "float32"],
  ["onnxruntime-cuda", "float32"],
  ["onnxruntime-cuda", "float16"],
  ["onnxruntime-webgpu", "float32"],
  ["onnxruntime-webgpu", "float16"],
  ["webgpu", "float32"],
];
const ROUNDS = 3;
const SAMPLE_MILLISECONDS = 100;

/** Of a program that trains on the card. */
interface Measured {
  readonly description: string;
  readonly tokensPerSecond: number;
  /** The most of the card's memory that was seen taken while it ran, beyond what was before. */
  readonly cardMegabytes: number;
}

/**
 * `[preset] [batch size] [steps a round]`: tokens/s and the card's memory of every GPU path that works here, beside
 * transformers in bfloat16 on the same card. It takes an NVIDIA card that does nothing else.
 */
export const run: Bench = async ([preset = "base", batchSize = 32, steps = 20]) => {
  const card = await smi("name").catch(() => {
    throw new Error("nvidia-smi shows no card: this bench is for one");
  });
  const config = { ...albert(preset as Parameters<typeof albert>[0]), vocabSize: 30_000 };
  const sizes = { config, batchSize: Number(batchSize), steps: Number(steps) };
  const paths: Record<string, Measured | string> = {};
  for (const [backend, precision] of PATHS) {
    const name = `${backend} ${precision}`;
    const start = () =>
      startPeer("../workers/train-on.ts", { ...sizes, recompute: false, backend, precision });
    paths[name] = await measure(start, sizes).catch((error: Error) => error.message);
    console.log(name, paths[name]);
  }
  const peer = await measurePeer(sizes);
  console.log("transformers", peer);
  const ours = Object.values(paths).flatMap((path) =>
    typeof path === "string" ? [] : path.tokensPerSecond,
  );
  if (ours.length === 0) throw new Error("no path to the card works");
  const best = Math.max(...ours);
  return {
    bench: "gpu",
    ratio: best / peer.tokensPerSecond,
    ours: best,
    peer: peer.tokensPerSecond,
    unit: "tokens/s",
    card,
    paths,
    peerMeasured: peer,
  };
};

interface Sizes {
  readonly config: AlbertConfig;
  readonly batchSize: number;
  readonly steps: number;
}

async function measure(start: () => Promise<Peer>, sizes: Sizes): Promise<Measured> {
  const before = await usedMegabytes();
  const program = await start();
  const { result, most } = await whileSampling(async () => {
    const seconds = await rounds(async (steps) => Number(await program.ask(`${steps}`)), sizes);
    await program.stop();
    return seconds;
  });
  return measured(program.description, result, most - before, sizes);
}

async function measurePeer(sizes: Sizes): Promise<Measured> {
  const before = await usedMegabytes();
  const trainer = await torchTrainer({ ...sizes, peer: "bf16" }, "cuda");
  const { result, most } = await whileSampling(() => rounds(trainer.run, sizes));
  await trainer.stop();
  return measured(trainer.description, result, most - before, sizes);
}

function measured(
  description: string,
  seconds: number,
  cardMegabytes: number,
  { batchSize, steps }: Sizes,
): Measured {
  const tokensPerSecond = (batchSize * SEQUENCE_LENGTH * steps) / seconds;
  return { description, tokensPerSecond, cardMegabytes };
}

/** The median seconds of a round, after one that compiles. */
async function rounds(run: (steps: number) => Promise<number>, { steps }: Sizes): Promise<number> {
  await run(2);
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) seconds.push(await run(steps));
  return median(seconds);
}

async function whileSampling<T>(body: () => Promise<T>): Promise<{ result: T; most: number }> {
  let most = 0;
  const sample = async () => {
    most = Math.max(most, await usedMegabytes());
  };
  const timer = setInterval(() => void sample().catch(() => {}), SAMPLE_MILLISECONDS);
  try {
    const result = await body();
    return { result, most };
  } finally {
    clearInterval(timer);
  }
}

const usedMegabytes = async () => Number(await smi("memory.used"));

async function smi(field: string): Promise<string> {
  const query = [`--query-gpu=${field}`, "--format=csv,noheader,nounits", "--id=0"];
  return (await promisify(execFile)("nvidia-smi", query)).stdout.trim();
}
