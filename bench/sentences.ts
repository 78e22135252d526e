import { median } from "../lib/spread.ts";
import { splitSentences } from "../stages/ingest/segment/split.ts";
import type { Result } from "./result.ts";
import { type Gold, goldSets, runningText } from "./sentence-gold.ts";
import { f1, type Score, scoreOf } from "./sentence-score.ts";
import { type Splitter, splitters } from "./sentence-splitters.ts";

const LANGUAGES = ["en", "ko", "zh"];
const TEXT_BYTES = 4e6;
const ROUNDS = 9;
const ROUND_MS = 400;

/** Sentence splitters beside each other: borders found within paragraphs of gold sets, and MB of UTF-8 a second. */
export async function run(): Promise<Result> {
  const ours: Splitter = { name: "ours", split: splitSentences };
  const all = [ours, ...(await splitters())];
  const sets = new Map<string, Gold[]>();
  for (const gold of goldSets()) sets.set(gold.name, [...(sets.get(gold.name) ?? []), gold]);

  printRow(["precision / recall / F1, %", ...all.map(({ name }) => name)]);
  const scores = new Map<string, Score[]>(all.map(({ name }) => [name, []]));
  for (const [name, golds] of sets) {
    const row = all.map((splitter) => scoreOf(splitter, golds));
    for (const [index, score] of row.entries()) scores.get(all[index]!.name)!.push(score);
    const sentences = golds.flatMap(({ paragraphs }) => paragraphs.flat()).length;
    printRow([`${name}, ${sentences} sentences`, ...row.map(percent)]);
  }

  printRow(["MB/s", ...LANGUAGES]);
  const speeds: Record<string, number[]> = {};
  for (const splitter of all) {
    const values = LANGUAGES.map((language) =>
      speedOf(splitter, runningText(language, TEXT_BYTES), language),
    );
    speeds[splitter.name] = values;
    printRow([splitter.name, ...values.map((value) => value.toFixed(1))]);
  }

  const mean = (name: string) =>
    scores.get(name)!.reduce((sum, score) => sum + f1(score), 0) / sets.size;
  return {
    bench: "sentences",
    ratio: mean("ours") / mean("Intl.Segmenter"),
    ours: mean("ours"),
    peer: mean("Intl.Segmenter"),
    unit: "mean F1 over the gold sets",
    peerIs: `Intl.Segmenter, ICU ${process.versions["icu"]}`,
    megabytesPerSecond: speeds,
  };
}

function percent(score: Score): string {
  const of = (value: number, whole: number) =>
    whole === 0 ? "-" : ((100 * value) / whole).toFixed(1);
  const { right, found, wanted } = score;
  return `${of(right, found)} / ${of(right, wanted)} / ${(100 * f1(score)).toFixed(1)}`;
}

/** The median of rounds over as many of the paragraphs as there is time for, by the CPU's time of this process. */
function speedOf({ split }: Splitter, paragraphs: readonly string[], language: string): number {
  const speeds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let bytes = 0;
    const begin = performance.now();
    const before = process.cpuUsage();
    for (const paragraph of paragraphs) {
      split(paragraph, language);
      bytes += Buffer.byteLength(paragraph);
      if (performance.now() - begin > ROUND_MS) break;
    }
    const { user, system } = process.cpuUsage(before);
    speeds.push(bytes / (user + system));
  }
  return median(speeds);
}

function printRow(cells: readonly string[]): void {
  console.log(`| ${cells.join(" | ")} |`);
}
