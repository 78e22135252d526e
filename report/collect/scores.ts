import { rowTable, table } from "../../engine/index.ts";
import { median } from "../../lib/spread.ts";
import { outputsLike, type ReportSource, readTable, rowsOf } from "./source.ts";

const scores = rowTable({
  task: "utf8",
  metric: "utf8",
  split: "utf8",
  value: "float64",
  baseline: "float64?",
  baseline_name: "utf8?",
  better: "utf8",
});
const predictions = table({ task: "utf8", split: "utf8", label: "utf8", prediction: "utf8" });

/** A score over its runs, beside what is reached without reading the text. */
export interface Score {
  readonly task: string;
  readonly metric: string;
  readonly split: string;
  /** One a run, ascending. */
  readonly values: readonly number[];
  readonly median: number;
  readonly baseline: number | undefined;
  readonly baselineName: string;
  readonly better: "higher" | "lower";
  /** How many examples it was measured on; undefined where the table does not say. */
  readonly examples: number | undefined;
}

/** How often each label was predicted as which. */
export interface Confusion {
  readonly node: string;
  readonly task: string;
  readonly split: string;
  /** Most frequent first. */
  readonly labels: readonly string[];
  /** By label, then by prediction. */
  readonly counts: readonly (readonly number[])[];
  readonly examples: number;
}

/** More labels than this are scores rather than classes, or too many to read. */
const MOST_LABELS = 12;

/** All scores, each task's together, in the pipeline's order. */
export async function collectScores(source: ReportSource): Promise<readonly Score[]> {
  const groups = new Map<string, ScoreRow[]>();
  for (const found of outputsLike(source, scores))
    for (const row of await rowsOf(found)) {
      const key = JSON.stringify([row.task, row.metric, row.split]);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
  return [...groups.values()].map(scoreOf);
}

type ScoreRow = Awaited<ReturnType<typeof rowsOf<typeof scores.columns>>>[number];

function scoreOf(rows: readonly ScoreRow[]): Score {
  const first = rows[0]!;
  const values = rows.map(({ value }) => value).sort((a, b) => a - b);
  const { examples } = first as { readonly examples?: unknown };
  return {
    task: first.task,
    metric: first.metric,
    split: first.split,
    values,
    median: median(values),
    baseline: first.baseline ?? undefined,
    baselineName: first.baseline_name ?? "",
    better: first.better === "lower" ? "lower" : "higher",
    examples: typeof examples === "number" ? examples : undefined,
  };
}

/** A matrix for each task and split whose predictions are classes. */
export async function collectConfusions(source: ReportSource): Promise<readonly Confusion[]> {
  const all: Confusion[] = [];
  for (const found of outputsLike(source, predictions)) {
    const matrices = new Map<string, Map<string, Map<string, number>>>();
    await readTable(found, (view, rows) => {
      for (let row = 0; row < rows; row++) {
        const label = view.label.get(row);
        if (label === "") continue;
        const matrix = entry(
          matrices,
          JSON.stringify([view.task.get(row), view.split.get(row)]),
          () => new Map<string, Map<string, number>>(),
        );
        const predicted = entry(matrix, label, () => new Map<string, number>());
        const prediction = view.prediction.get(row);
        predicted.set(prediction, (predicted.get(prediction) ?? 0) + 1);
      }
    });
    for (const [key, matrix] of matrices) {
      const [task = "", split = ""] = JSON.parse(key) as string[];
      const confusion = confusionOf(matrix);
      if (confusion !== undefined) all.push({ node: found.node.id, task, split, ...confusion });
    }
  }
  return all;
}

function confusionOf(
  matrix: ReadonlyMap<string, ReadonlyMap<string, number>>,
): Pick<Confusion, "labels" | "counts" | "examples"> | undefined {
  const totals = new Map<string, number>();
  for (const [label, predicted] of matrix) {
    totals.set(label, sum(predicted.values()));
    for (const prediction of predicted.keys())
      if (!totals.has(prediction)) totals.set(prediction, 0);
    if (totals.size > MOST_LABELS) return undefined;
  }
  for (const label of matrix.keys()) totals.set(label, sum(matrix.get(label)!.values()));
  const labels = [...totals].sort(([, a], [, b]) => b - a).map(([label]) => label);
  return {
    labels,
    counts: labels.map((label) => labels.map((other) => matrix.get(label)?.get(other) ?? 0)),
    examples: sum(totals.values()),
  };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
