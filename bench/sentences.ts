import { splitSentences } from "../stages/ingest/segment/split.ts";
import { median, type Result } from "./result.ts";
import { type Gold, goldSets, runningText } from "./sentence-gold.ts";
import { type Splitter, splitters } from "./sentence-splitters.ts";

const SPEED_BYTES = 4e6;
const ROUNDS = 5;
const BUDGET_MS = 3000;

/** Borders found within paragraphs: how many of ours are right, and how many of the right ones are ours. */
interface Score {
  right: number;
  found: number;
  wanted: number;
}

/** Sentence splitters beside each other: F1 of the borders within paragraphs, and MB of UTF-8 a second. */
export async function run([only]: readonly string[]): Promise<Result> {
  const ours: Splitter = { name: "ours", split: splitSentences };
  const all = [ours, ...(await splitters())];
  const golds = goldSets().filter(({ name }) => only === undefined || name.includes(only));
  const rows = golds.map((gold) => [
    `${gold.name} (${gold.language}, ${gold.paragraphs.flat().length})`,
    ...all.map((splitter) => percent(scoreOf(splitter, gold))),
  ]);
  const head = ["gold", ...all.map(({ name }) => name)];
  print(["precision / recall / F1 of borders, %", ...all.map(() => "")], []);
  print(head, rows);
  if (only !== undefined) return resultOf(ours, all, golds, new Map());

  const speeds = new Map<string, number[]>();
  for (const language of ["en", "ko", "zh"]) {
    const text = runningText(language, SPEED_BYTES);
    for (const splitter of all)
      speeds.set(splitter.name, [
        ...(speeds.get(splitter.name) ?? []),
        speedOf(splitter, text, language),
      ]);
  }
  print(
    ["MB/s", "en", "ko", "zh"],
    [...speeds].map(([name, values]) => [name, ...values.map((v) => v.toFixed(1))]),
  );
  return resultOf(ours, all, golds, speeds);
}

function resultOf(
  ours: Splitter,
  all: readonly Splitter[],
  golds: readonly Gold[],
  speeds: ReadonlyMap<string, readonly number[]>,
): Result {
  const peer = all.find(({ name }) => name === "Intl.Segmenter")!;
  const mean = (splitter: Splitter) =>
    golds.reduce((sum, gold) => sum + f1(scoreOf(splitter, gold)), 0) / golds.length;
  return {
    bench: "sentences",
    ratio: mean(ours) / mean(peer),
    ours: mean(ours),
    peer: mean(peer),
    unit: "mean F1 over the gold sets",
    peerIs: `Intl.Segmenter, ICU ${process.versions["icu"]}`,
    megabytesPerSecond: Object.fromEntries(speeds),
  };
}

function scoreOf({ split }: Splitter, { paragraphs, joint, language }: Gold): Score {
  const score = { right: 0, found: 0, wanted: 0 };
  for (const sentences of paragraphs) {
    const wanted = new Set(borders(sentences));
    const found = borders(split(sentences.join(joint), language));
    score.wanted += wanted.size;
    score.found += found.length;
    score.right += found.filter((border) => wanted.has(border)).length;
  }
  return score;
}

/** Where all but the last piece end, counted in characters that are not white space. */
function borders(pieces: readonly string[]): number[] {
  let at = 0;
  const ends = pieces.map((piece) => {
    at += piece.replace(/\s+/g, "").length;
    return at;
  });
  return [...new Set(ends)].filter((end) => end > 0 && end < at);
}

function f1({ right, found, wanted }: Score): number {
  return found + wanted === 0 ? 1 : (2 * right) / (found + wanted);
}

function percent(score: Score): string {
  const of = (value: number, whole: number) =>
    whole === 0 ? "-" : ((100 * value) / whole).toFixed(1);
  return `${of(score.right, score.found)} / ${of(score.right, score.wanted)} / ${(100 * f1(score)).toFixed(1)}`;
}

/** Megabytes of UTF-8 a second: the median of rounds, each over as many paragraphs as the budget allows. */
function speedOf({ split }: Splitter, paragraphs: readonly string[], language: string): number {
  const speeds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let bytes = 0;
    const begin = performance.now();
    for (const paragraph of paragraphs) {
      split(paragraph, language);
      bytes += Buffer.byteLength(paragraph);
      if (performance.now() - begin > BUDGET_MS / ROUNDS) break;
    }
    speeds.push(bytes / 1e3 / (performance.now() - begin));
  }
  return median(speeds);
}

function print(head: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const row of [head, ...rows]) console.log(`| ${row.join(" | ")} |`);
}
