import type { Row } from "../../engine/index.ts";
import type { scores } from "../train/tables.ts";
import { METRICS } from "./metrics.ts";
import type { Task } from "./task.ts";

export type ScoreRow = Row<typeof scores.columns>;

/** Predictions of a split: class indices (or scores), and the probability of each where it is a class. */
export interface Predicted {
  readonly values: Float64Array;
  readonly probabilities: Float32Array;
}

/** The likeliest class of each row of logits, or the number itself where there is one output only. */
export function predictionsOf(logits: Float32Array, outputs: number): Predicted {
  const rows = logits.length / outputs;
  const values = new Float64Array(rows);
  const probabilities = new Float32Array(rows).fill(1);
  for (let row = 0; row < rows; row++) {
    const own = logits.subarray(row * outputs, (row + 1) * outputs);
    if (outputs === 1) {
      values[row] = own[0]!;
      continue;
    }
    const best = own.reduce((most, logit, index) => (logit > own[most]! ? index : most), 0);
    values[row] = best;
    probabilities[row] = 1 / own.reduce((sum, logit) => sum + Math.exp(logit - own[best]!), 0);
  }
  return { values, probabilities };
}

/** The class that most training labels have; of several the first. */
export function majorityClass(labels: readonly number[], classes: number): number {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  return counts.indexOf(Math.max(...counts));
}

/**
 * One row a metric, beside what always answering the training split's most frequent class scores on the same
 * examples. A correlation has no such baseline, and counts as 0 where it is undefined: predictions all alike.
 */
export function scoreRows(
  task: Task,
  split: string,
  labels: readonly number[],
  predictions: Float64Array,
  trainLabels: readonly number[],
): ScoreRow[] {
  const majority =
    task.labels === "score" ? undefined : majorityClass(trainLabels, task.labels.length);
  return task.metrics.map((metric) => {
    const measure = METRICS[metric];
    const value = measure(labels, predictions);
    const baseline =
      majority === undefined
        ? null
        : measure(labels, new Float64Array(labels.length).fill(majority));
    return {
      task: task.name,
      metric,
      split,
      value: Number.isNaN(value) ? 0 : value,
      baseline,
      baseline_name: baseline === null ? null : "majority",
      better: "higher",
      examples: labels.length,
    };
  });
}
