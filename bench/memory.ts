import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { RandomStream } from "../lib/random.ts";
import { englishTexts, koreanTexts } from "./documents.ts";
import { runPipeline } from "./preparation.ts";
import type { Result } from "./result.ts";

const MEGABYTES = 1000;
/** What the project allows itself for a gigabyte of text at two jobs, MB. */
const BUDGET_MB = 1000;
const JOBS = 2;
const root = fileURLToPath(new URL("..", import.meta.url));

/** How the text lies on disk, and the source that reads it. */
const SHAPES = {
  "many files": `text({ cwd: "corpus", files: "*.txt", paragraphs: "line" })`,
  "one file": `text({ cwd: "corpus", files: "all.txt", document: "blank-line", paragraphs: "line" })`,
} as const;
type Shape = keyof typeof SHAPES;

const config = (shape: Shape) => `
import { definePipeline } from "${root}engine/index.ts";
import { ingest, text } from "${root}stages/ingest/index.ts";
import { tokenize, wordpieceVocab } from "${root}stages/tokenize/index.ts";

const { documents } = ingest({}, { sources: [${SHAPES[shape]}] });
const { tokenizer } = wordpieceVocab({ documents }, { size: 30000 });
const { sentences } = tokenize({ documents, tokenizer });
export default definePipeline({ name: "memory", seed: 1, outputs: { sentences } });
`;

/** Peak memory of ingest through tokenize on a gigabyte (or the megabytes given), in many files and in one. */
export async function run(args: readonly string[]): Promise<Result> {
  const megabytes = Number(args[0] ?? MEGABYTES);
  const peaks: Record<string, number> = {};
  for (const shape of Object.keys(SHAPES) as Shape[]) {
    const folder = await mkdtemp(join(tmpdir(), "bench-memory-"));
    try {
      const written = await writeCorpus(join(folder, "corpus"), shape, megabytes);
      await writeFile(join(folder, "pipeline.config.ts"), config(shape));
      const { seconds, peakBytes } = await runPipeline(folder, "-j", String(JOBS));
      peaks[shape] = peakBytes / 1e6;
      console.log(
        `${written}, in ${shape}: peak ${peaks[shape].toFixed(0)} MB, ${seconds.toFixed(0)} s`,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const ours = Math.max(...Object.values(peaks));
  return {
    bench: "memory",
    ratio: BUDGET_MB / ours,
    ours,
    peer: BUDGET_MB,
    unit: "MB",
    peerIs: `the budget; ${megabytes} MB of text at -j ${JOBS}`,
    peaks,
  };
}

/**
 * The same texts over and over, each followed by a line of words that no other has: as many as natural text of that
 * size would bring (by Heaps' law about a million distinct words in a gigabyte).
 */
async function writeCorpus(folder: string, shape: Shape, megabytes: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  const texts = [...(await englishTexts()), ...(await koreanTexts())];
  const random = new RandomStream(1, "bench-memory");
  const all = shape === "one file" ? createWriteStream(join(folder, "all.txt")) : undefined;
  let bytes = 0;
  let documents = 0;
  for (; bytes < megabytes * 1e6; documents++) {
    const text = texts[documents % texts.length]!.replace(/\n\s*\n/g, "\n").trim();
    const document = `${text}\n${newWords(random, text.length)}\n`;
    bytes += Buffer.byteLength(document);
    if (all === undefined)
      await writeFile(join(folder, `${String(documents).padStart(6, "0")}.txt`), document);
    else if (!all.write(`${document}\n`)) await once(all, "drain");
  }
  if (all !== undefined) {
    all.end();
    await finished(all);
  }
  return `${(bytes / 1e6).toFixed(0)} MB, ${documents} documents`;
}

const SYLLABLES = [..."aeiou"].flatMap((vowel) => [..."bdfgklmnprstvz"].map((c) => c + vowel));
const UNITS_A_WORD = 1000;

function newWords(random: RandomStream, units: number): string {
  const word = () =>
    Array.from({ length: 5 }, () => SYLLABLES[random.below(SYLLABLES.length)]).join("");
  return `${Array.from({ length: Math.ceil(units / UNITS_A_WORD) }, word).join(" ")}.`;
}
