import { sanitize } from "../lib/sanitize.ts";

/** A number that says how good something is, beside the baseline that it must beat. */
export interface Score {
  readonly node: string;
  readonly task: string;
  readonly metric: string;
  readonly split: string;
  readonly value: number;
  readonly baseline: number | undefined;
  readonly baselineName: string;
  readonly higherIsBetter: boolean;
}

/** A row of any row table. */
export type TableRow = Readonly<Record<string, string | number | boolean | null>>;

/** The score that a row holds; undefined where it is a row of something else. */
export function scoreOf(node: string, row: TableRow): Score | undefined {
  const { task, metric, split, value, baseline, baseline_name: name, better } = row;
  if (typeof task !== "string" || typeof metric !== "string" || typeof value !== "number")
    return undefined;
  return {
    node,
    task: sanitize(task),
    metric: sanitize(metric),
    split: typeof split === "string" ? sanitize(split) : "",
    value,
    baseline: typeof baseline === "number" ? baseline : undefined,
    baselineName: typeof name === "string" ? sanitize(name) : "",
    higherIsBetter: better !== "lower",
  };
}

/** Whether a score is better than its baseline; undefined where it has none. */
export function beats({ value, baseline, higherIsBetter }: Score): boolean | undefined {
  if (baseline === undefined || value === baseline)
    return baseline === undefined ? undefined : false;
  return value > baseline === higherIsBetter;
}
