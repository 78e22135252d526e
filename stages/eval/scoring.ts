import type { Row } from "../../engine/index.ts";
import type { scores } from "../train/tables.ts";
import { METRICS, type Metric } from "./metrics.ts";
import type { Task } from "./task.ts";

export type ScoreRow = Row<typeof scores.columns>;

/** Predictions of a split: class indices with every class's probability, or scores. */
export interface Predicted {
  readonly values: Float64Array;
  /** [examples, classes] row by row; empty of a regression. */
  readonly probabilities: Float32Array;
}

/** The likeliest class of each row of logits, or the number itself where there is one output only. */
export function predictionsOf(logits: Float32Array, outputs: number): Predicted {
  if (outputs === 1)
    return { values: Float64Array.from(logits), probabilities: new Float32Array() };
  const rows = logits.length / outputs;
  const values = new Float64Array(rows);
  const probabilities = new Float32Array(logits.length);
  for (let row = 0; row < rows; row++) {
    const own = logits.subarray(row * outputs, (row + 1) * outputs);
    const best = own.reduce((most, logit, index) => (logit > own[most]! ? index : most), 0);
    values[row] = best;
    const sum = own.reduce((total, logit) => total + Math.exp(logit - own[best]!), 0);
    for (const [index, logit] of own.entries())
      probabilities[row * outputs + index] = Math.exp(logit - own[best]!) / sum;
  }
  return { values, probabilities };
}

/** The class that most training labels have; of several the first. */
export function majorityClass(labels: readonly number[], classes: number): number {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  return counts.indexOf(Math.max(...counts));
}

/** A metric's value; 0 where it is undefined, as a correlation is of predictions all alike. */
export function measured(
  metric: Metric,
  labels: readonly number[],
  predictions: Float64Array,
): number {
  const value = METRICS[metric](labels, predictions);
  return Number.isNaN(value) ? 0 : value;
}

/**
 * One row a metric, beside what always answering the training split's most frequent class scores on the same
 * examples. A correlation has no such baseline.
 */
export function scoreRows(
  task: Task,
  split: string,
  seed: number,
  labels: readonly number[],
  predictions: Float64Array,
  trainLabels: readonly number[],
): ScoreRow[] {
  const majority =
    task.labels === "score" ? undefined : majorityClass(trainLabels, task.labels.length);
  return task.metrics.map((metric) => {
    const baseline =
      majority === undefined
        ? null
        : measured(metric, labels, new Float64Array(labels.length).fill(majority));
    return {
      task: task.name,
      metric,
      split,
      value: measured(metric, labels, predictions),
      baseline,
      baseline_name: baseline === null ? null : "majority",
      better: "higher",
      examples: labels.length,
      seed,
    };
  });
}
