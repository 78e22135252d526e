import type { Row } from "../../engine/index.ts";
import { median, spread } from "../../lib/spread.ts";
import type { costs, estimate, scores } from "../train/tables.ts";
import type { comparison, measures } from "./tables.ts";

type ScoreRow = Row<typeof scores.columns>;

/** What was measured of one training. */
export interface Measured {
  readonly cost: Row<typeof costs.columns>;
  readonly pairs: readonly ScoreRow[];
  /** A task each, its first metric first; none where its fine-tuning diverged. */
  readonly tasks: readonly (readonly ScoreRow[])[];
}

/** All trainings of a variant. */
export interface VariantRuns {
  readonly name: string;
  readonly paper: number | undefined;
  readonly estimated: Row<typeof estimate.columns> | undefined;
  readonly runs: readonly Measured[];
}

/** The variant's row of the table. */
export function comparisonRow({
  name,
  paper,
  estimated,
  runs,
}: VariantRuns): Row<typeof comparison.columns> {
  const costs = runs.map(({ cost }) => cost);
  return {
    variant: name,
    runs: runs.length,
    note: noteOf(runs),
    parameters: costs[0]!.parameters,
    estimated_parameters: estimated?.parameters ?? null,
    steps: Math.max(...costs.map(({ steps }) => steps)),
    seconds: median(costs.map(({ seconds }) => seconds)),
    estimated_seconds: estimated?.seconds ?? null,
    cpu_seconds: median(costs.map(({ cpu_seconds }) => cpu_seconds)),
    estimated_cpu_seconds: estimated?.cpu_seconds ?? null,
    memory_bytes: median(costs.map(({ memory_bytes }) => memory_bytes)),
    estimated_memory_bytes: estimated?.memory_bytes ?? null,
    ...spreadAs("masked_lm_accuracy", runs.map(pairScore("masked-lm", "accuracy"))),
    ...spreadAs("next_sentence_accuracy", runs.map(pairScore("next-sentence", "probe accuracy"))),
    ...spreadAs("sentence_order_accuracy", runs.map(pairScore("sentence-order", "probe accuracy"))),
    ...spreadAs("finetuned", runs.map(finetuned)),
    paper: paper ?? null,
  };
}

/** A row of everything that was measured, in the order of the first run. */
export function measureRows({ name, runs }: VariantRuns): Row<typeof measures.columns>[] {
  const groups = new Map<string, ScoreRow[]>();
  for (const { pairs, tasks } of runs)
    for (const row of [...pairs, ...tasks.flat()]) {
      const key = JSON.stringify([row.task, row.metric, row.split]);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
  return [...groups.values()].map((rows) => {
    const { task, metric, split, baseline } = rows[0]!;
    const values = spread(rows.map(({ value }) => value));
    return { variant: name, task, metric, split, runs: rows.length, ...values, baseline };
  });
}

function noteOf(runs: readonly Measured[]): string {
  const notes: string[] = [];
  const diverged = runs.filter(({ cost }) => cost.outcome === "diverged");
  if (diverged.length > 0) {
    const { problem, steps } = diverged[0]!.cost;
    const which = runs.length === 1 ? "diverged" : `${diverged.length} of ${runs.length} diverged`;
    notes.push(`${which}: ${problem ?? "unknown"}; measured as it was after step ${steps}`);
  }
  const tuned = runs.flatMap(({ tasks }) => tasks);
  const unscored = tuned.filter((rows) => rows.length === 0).length;
  if (unscored > 0)
    notes.push(
      tuned.length === 1
        ? "fine-tuning diverged: no score"
        : `${unscored} of ${tuned.length} fine-tunings diverged: no score`,
    );
  return notes.join("; ");
}

function pairScore(task: string, metric: string): (run: Measured) => number | undefined {
  return ({ pairs }) => pairs.find((row) => row.task === task && row.metric === metric)?.value;
}

/** Undefined where a task has no score: a mean over the others would compare with none. */
function finetuned({ tasks }: Measured): number | undefined {
  const first = tasks.flatMap(([row]) => (row === undefined ? [] : [row.value]));
  if (first.length === 0 || first.length < tasks.length) return undefined;
  return first.reduce((sum, value) => sum + value, 0) / first.length;
}

type SpreadColumns<N extends string> = {
  readonly [K in N | `${N}_lowest` | `${N}_highest`]: number | null;
};

function spreadAs<const N extends string>(
  name: N,
  measured: readonly (number | undefined)[],
): SpreadColumns<N> {
  const values = measured.filter((value) => value !== undefined);
  const all = values.length === 0 ? undefined : spread(values);
  return {
    [name]: all?.median ?? null,
    [`${name}_lowest`]: all?.lowest ?? null,
    [`${name}_highest`]: all?.highest ?? null,
  } as SpreadColumns<N>;
}
