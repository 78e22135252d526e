import { type Inputs, type Row, type StageContext, viewBatch } from "../../engine/index.ts";
import type { ReportParams } from "./params.ts";
import type {
  counts,
  coverage,
  lengths,
  misses,
  percentiles,
  uncoveredCharacters,
  unknownWords,
} from "./tables.ts";

type ReportInputs = Inputs<{
  counts: typeof counts;
  lengths: typeof lengths;
  misses: typeof misses;
}>;

const SUMMED = [
  "words",
  "pieces",
  "unknown_words",
  "continuation_pieces",
  "characters",
  "uncovered_characters",
] as const;
type Sums = Record<(typeof SUMMED)[number], number>;

/** Adds up what was counted in every partition. */
export async function* reportPieces(
  inputs: ReportInputs,
  context: Pick<StageContext<ReportParams>, "params">,
) {
  const sums = await readCounts(inputs.counts);
  yield { coverage: coverageRows(sums) };
  yield { percentiles: await percentileRows(inputs.lengths) };
  const { word, character } = await readMisses(inputs.misses);
  const all = sums.get("all all") ?? noSums();
  const { unknownWords: mostWords, uncoveredCharacters: mostCharacters } = context.params;
  yield {
    unknownWords: mostFrequent(word, mostWords).map(
      ([text, count]): Row<(typeof unknownWords)["columns"]> => ({
        word: text,
        count,
        share: count / all.words,
      }),
    ),
  };
  yield {
    uncoveredCharacters: mostFrequent(character, mostCharacters).map(
      ([text, count]): Row<(typeof uncoveredCharacters)["columns"]> => ({
        character: text,
        code_point: `U+${text.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`,
        count,
        share: count / all.characters,
      }),
    ),
  };
}

function noSums(): Sums {
  return Object.fromEntries(SUMMED.map((name) => [name, 0])) as Sums;
}

/** Sums by scope and name: all of the text, each language, each script. */
async function readCounts(table: ReportInputs["counts"]): Promise<ReadonlyMap<string, Sums>> {
  const sums = new Map<string, Sums>();
  for await (const batch of table.batches()) {
    const view = viewBatch(table, batch);
    for (let row = 0; row < batch.numRows; row++) {
      const keys = [
        `all all`,
        `language ${view.language.get(row)}`,
        `script ${view.script.get(row)}`,
      ];
      for (const key of keys) {
        const sum = sums.get(key) ?? noSums();
        sums.set(key, sum);
        for (const name of SUMMED) sum[name] += Number(view[name][row]!);
      }
    }
  }
  return sums;
}

/** All first, then languages, then scripts, those of most words first. */
function coverageRows(
  sums: ReadonlyMap<string, Sums>,
): readonly Row<(typeof coverage)["columns"]>[] {
  const scopes = ["all", "language", "script"];
  return [...sums]
    .map(([key, sum]) => {
      const [scope = "", name = ""] = key.split(" ");
      return { scope, name, sum };
    })
    .sort(
      (a, b) =>
        scopes.indexOf(a.scope) - scopes.indexOf(b.scope) ||
        b.sum.words - a.sum.words ||
        (a.name < b.name ? -1 : 1),
    )
    .map(({ scope, name, sum }) => ({
      scope,
      name,
      words: sum.words,
      pieces: sum.pieces,
      pieces_per_word: sum.pieces / sum.words,
      unknown_words: sum.unknown_words / sum.words,
      continuation_pieces: sum.continuation_pieces / sum.pieces,
      characters: sum.characters,
      uncovered_characters: sum.characters === 0 ? 0 : sum.uncovered_characters / sum.characters,
    }));
}

/** For sentences, then documents: all of them, then by language. */
async function percentileRows(
  table: ReportInputs["lengths"],
): Promise<readonly Row<(typeof percentiles)["columns"]>[]> {
  const histograms = new Map<string, Map<number, number>>();
  for await (const batch of table.batches()) {
    const { language, unit, pieces, count } = viewBatch(table, batch);
    for (let row = 0; row < batch.numRows; row++)
      for (const name of ["all", language.get(row)]) {
        const key = `${unit.get(row)} ${name}`;
        const histogram = histograms.get(key) ?? new Map<number, number>();
        histograms.set(key, histogram);
        const length = pieces[row]!;
        histogram.set(length, (histogram.get(length) ?? 0) + Number(count[row]!));
      }
  }
  const rank = ([unit, name]: readonly string[]) =>
    `${unit === "sentence" ? 0 : 1} ${name === "all" ? "" : name}`;
  return [...histograms]
    .map(([key, histogram]) => ({ key: key.split(" "), histogram }))
    .sort((a, b) => (rank(a.key) < rank(b.key) ? -1 : 1))
    .map(({ key: [unit = "", language = ""], histogram }) => {
      const sorted = [...histogram].sort(([a], [b]) => a - b);
      const total = sorted.reduce((sum, [, times]) => sum + times, 0);
      const at = (percent: number) => percentile(sorted, total, percent);
      return {
        unit,
        language,
        count: total,
        p1: at(1),
        p5: at(5),
        p25: at(25),
        p50: at(50),
        p75: at(75),
        p95: at(95),
        p99: at(99),
        max: sorted.at(-1)![0],
      };
    });
}

/** By the nearest rank: the least length that at least `percent` of `total` do not exceed. */
function percentile(
  sorted: readonly (readonly [length: number, count: number])[],
  total: number,
  percent: number,
): number {
  const rank = Math.ceil((percent * total) / 100);
  let seen = 0;
  for (const [length, count] of sorted) {
    seen += count;
    if (seen >= rank) return length;
  }
  return sorted.at(-1)![0];
}

async function readMisses(table: ReportInputs["misses"]) {
  const found = { word: new Map<string, number>(), character: new Map<string, number>() };
  for await (const batch of table.batches()) {
    const { kind, text, count } = viewBatch(table, batch);
    for (let row = 0; row < batch.numRows; row++) {
      const counted = found[kind.get(row) as keyof typeof found];
      const key = text.get(row);
      counted.set(key, (counted.get(key) ?? 0) + Number(count[row]!));
    }
  }
  return found;
}

/** The `most` of highest count, of equal ones those first in order of code units. */
function mostFrequent(
  counts: ReadonlyMap<string, number>,
  most: number,
): readonly (readonly [text: string, count: number])[] {
  return [...counts]
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .slice(0, most);
}
