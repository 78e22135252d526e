import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { definePipeline, FileStore, run as runNodes } from "../engine/index.ts";
import { median } from "../lib/spread.ts";
import { ingest, text } from "../stages/ingest/index.ts";
import { type BenchLanguage, type WrittenDocuments, writeDocuments } from "./documents.ts";
import { type Peer, startPeer } from "./peer.ts";
import { type ProcessRun, runPipeline } from "./preparation.ts";
import { profiled } from "./profile.ts";
import type { Result } from "./result.ts";

const ROUNDS = 3;
const MEGABYTES = 50;
const JOBS = [1, 2];
const LANGUAGES: readonly BenchLanguage[] = ["en", "ko"];
const root = fileURLToPath(new URL("..", import.meta.url));

const CONFIG = `
import { definePipeline } from "${root}engine/index.ts";
import { ingest, text } from "${root}stages/ingest/index.ts";

const { documents } = ingest({}, { sources: [text({ cwd: "corpus", files: "*.txt" })] });
export default definePipeline({ name: "ingest", seed: 1, outputs: { documents } });
`;

/** MB/s from text files to the table of documents and sentences, beside the same in Python, at one job and two. */
export async function run(args: readonly string[]): Promise<Result> {
  const megabytes = Number(args[0] ?? MEGABYTES);
  const folder = await mkdtemp(join(tmpdir(), "bench-ingest-"));
  const peer = await startPeer("ingest_python.py", { out: join(folder, "python") });
  console.log(`peer: ${peer.description}`);
  try {
    const results: Record<string, Speeds> = {};
    for (const language of LANGUAGES) {
      const written = await writeDocuments(join(folder, language, "corpus"), language, megabytes);
      if (written === undefined) {
        console.log(`${language}: no text to measure on, for want of ../shared/data`);
        continue;
      }
      console.log(`${language}: ${written.description}`);
      await writeFile(join(folder, language, "pipeline.config.ts"), CONFIG);
      results[language] = await compare(join(folder, language), written, peer);
      await breakDown(join(folder, language), written);
    }
    const { ours, plain, datasets } = results["en"]!;
    const [best, jobs] = [Math.max(plain[2] ?? 0, datasets[2] ?? 0), 2];
    return {
      bench: "ingest",
      ratio: ours[jobs]! / best,
      ours: ours[jobs]!,
      peer: best,
      unit: "MB/s",
      peerIs: "the faster of pyarrow and datasets, English, two jobs",
      speeds: results,
    };
  } finally {
    await peer.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** MB/s by number of jobs. */
type Speed = Record<number, number>;
interface Speeds {
  readonly ours: Speed;
  readonly plain: Speed;
  readonly datasets: Speed;
}

async function compare(folder: string, written: WrittenDocuments, peer: Peer): Promise<Speeds> {
  const speeds: Speeds = { ours: {}, plain: {}, datasets: {} };
  for (const jobs of JOBS) {
    const seconds: Record<keyof Speeds, number[]> = { ours: [], plain: [], datasets: [] };
    for (let round = 0; round < ROUNDS; round++) {
      await rm(join(folder, "artifacts"), { recursive: true, force: true });
      seconds.ours.push(inside(await runPipeline(folder, "-j", String(jobs))));
      for (const way of ["plain", "datasets"] as const) {
        const task = { way, jobs, files: written.files };
        const answer = JSON.parse(await peer.ask(JSON.stringify(task)));
        if (answer.seconds !== null) seconds[way].push(answer.seconds);
      }
    }
    for (const way of ["ours", "plain", "datasets"] as const) {
      if (seconds[way].length > 0) speeds[way][jobs] = written.bytes / 1e6 / median(seconds[way]);
    }
    const said = Object.entries(speeds).map(([way, { [jobs]: speed }]) =>
      speed === undefined ? `no ${way}` : `${way} ${speed.toFixed(1)} MB/s`,
    );
    console.log(`  -j ${jobs}: ${said.join(", ")}`);
  }
  return speeds;
}

/** Seconds from the run's first event to its last: threads are started within, the process is not. */
function inside({ events }: ProcessRun): number {
  return events.find((event) => event.type === "run-finished")?.["seconds"] as number;
}

/** Prints where the time goes, by a profile of one run in this thread. */
async function breakDown(folder: string, { bytes }: WrittenDocuments): Promise<void> {
  const { documents } = ingest(
    {},
    {
      sources: [text({ cwd: join(folder, "corpus"), files: "*.txt" })],
    },
  );
  const pipeline = definePipeline({ name: "ingest", seed: 1, outputs: { documents } });
  const store = await FileStore.open(join(folder, "profiled"), { write: true });
  const started = performance.now();
  const { areas } = await profiled(areaOf, () =>
    runNodes(pipeline, { store, inline: true, jobs: 1 }),
  );
  const seconds = (performance.now() - started) / 1000;
  await store.close();
  console.log(
    `  in one thread under the profiler: ${(bytes / 1e6 / seconds).toFixed(1)} MB/s, of which`,
  );
  for (const [area, own] of areas) {
    if (own < 0.01 * seconds) continue;
    console.log(`  ${((100 * own) / seconds).toFixed(0).padStart(5)} %  ${area}`);
  }
}

/** Parts of a path, the first that fits, and what they are about. */
const AREAS: readonly (readonly [part: string, area: string])[] = [
  ["wasm://", "Parquet (WebAssembly)"],
  ["node_modules/parquet-wasm", "Parquet (WebAssembly)"],
  ["node_modules/apache-arrow", "Arrow"],
  ["engine/hashed-file", "hashing and writing files"],
  ["engine/parquet", "Parquet (ours)"],
  ["engine/", "Arrow batches and the engine"],
  ["stages/ingest/segment", "sentences and language"],
  ["stages/ingest/clean", "cleaning lines"],
  ["stages/ingest/open", "reading files"],
  ["stages/ingest/decode", "decoding"],
  ["stages/ingest/lines", "lines and paragraphs"],
  ["stages/ingest/paragraphs", "lines and paragraphs"],
  ["stages/ingest/readers", "lines and paragraphs"],
  ["stages/ingest/", "rows, keys and splits"],
];

function areaOf(path: string, name: string): string | undefined {
  if (name === "(idle)") return "waiting (disk, pool threads)";
  if (name === "(garbage collector)") return "garbage collection";
  return AREAS.find(([part]) => path.includes(part))?.[1];
}
