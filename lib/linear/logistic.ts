import { minimise } from "./lbfgs.ts";
import { addRow, rowDot, type SparseRows } from "./sparse.ts";

/** A linear model of each class's logit: two classes share one row, of which the second class is the positive one. */
export interface LogisticModel {
  readonly classes: number;
  /** [rows, width] row by row, of `classes` rows, or of one where there are two. */
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
}

export interface LogisticOptions {
  /** Weight of the data against that of the penalty, scikit-learn's `C`. */
  readonly inverseRegularisation: number;
}

const STOP = { tolerance: 1e-6, maxIterations: 500 };

/**
 * Minimises `C sum(cross-entropy) + |weights|^2 / 2`, intercepts free: scikit-learn's LogisticRegression. The result
 * depends on the examples alone. `labels` are class indices.
 */
export function fitLogistic(
  rows: SparseRows,
  labels: ArrayLike<number>,
  classes: number,
  { inverseRegularisation: C }: LogisticOptions,
): LogisticModel {
  const outputs = classes === 2 ? 1 : classes;
  const { width } = rows;
  const point = new Float64Array(outputs * (width + 1));
  // The mean over examples, so that the tolerance means the same for any number of them.
  const scale = 1 / (C * Math.max(1, labels.length));
  const logits = new Float64Array(outputs);
  const objective = (at: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < labels.length; row++) {
      for (let output = 0; output < outputs; output++)
        logits[output] = rowDot(rows, row, at, output * width) + at[outputs * width + output]!;
      loss += C * scale * lossInto(logits, labels[row]!);
      for (let output = 0; output < outputs; output++) {
        const slope = C * scale * logits[output]!;
        addRow(rows, row, slope, gradient, output * width);
        gradient[outputs * width + output]! += slope;
      }
    }
    for (let index = 0; index < outputs * width; index++) {
      loss += (scale * at[index]! ** 2) / 2;
      gradient[index]! += scale * at[index]!;
    }
    return loss;
  };
  minimise(objective, point, STOP);
  return {
    classes,
    weights: point.slice(0, outputs * width),
    intercepts: point.slice(outputs * width),
  };
}

/** The cross-entropy of logits, which become its slopes. */
function lossInto(logits: Float64Array, label: number): number {
  if (logits.length === 1) {
    const logit = logits[0]!;
    const loss = Math.log1p(Math.exp(-Math.abs(logit))) + Math.max(logit, 0) - label * logit;
    logits[0] = 1 / (1 + Math.exp(-logit)) - label;
    return loss;
  }
  const most = Math.max(...logits);
  const own = logits[label]!;
  let sum = 0;
  for (let index = 0; index < logits.length; index++) {
    logits[index] = Math.exp(logits[index]! - most);
    sum += logits[index]!;
  }
  for (let index = 0; index < logits.length; index++)
    logits[index] = logits[index]! / sum - Number(index === label);
  return most + Math.log(sum) - own;
}

/** Logits of every row, [rows, classes] row by row; of two classes the first one's is 0. */
export function logisticLogits(
  { classes, weights, intercepts }: LogisticModel,
  rows: SparseRows,
): Float32Array {
  const count = rows.offsets.length - 1;
  const logits = new Float32Array(count * classes);
  const from = classes === 2 ? 1 : 0;
  for (let row = 0; row < count; row++)
    for (const [output, intercept] of intercepts.entries())
      logits[row * classes + from + output] =
        rowDot(rows, row, weights, output * rows.width) + intercept;
  return logits;
}
