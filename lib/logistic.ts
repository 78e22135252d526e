/** What separates two classes by a weighted sum of features. */
export interface LogisticModel {
  /** Whether the sum says class 1. */
  predict(features: ArrayLike<number>): boolean;
}

/** Newton's steps at most, and the change of every weight below which there is none more: convergence is quadratic. */
const STEPS = 12;
const CONVERGED = 1e-9;
/** Weight of the squared weights: keeps them finite where the classes are separable. */
const RIDGE = 1e-3;

/**
 * Logistic regression by Newton's method on standardised features (Hastie, Tibshirani and Friedman, The Elements of
 * Statistical Learning, section 4.4.1). `rows` are of equal length, `labels` 0 or 1, one a row.
 */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  labels: ArrayLike<number>,
): LogisticModel {
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, column) =>
    Float64Array.from(rows, (row) => row[column]!),
  );
  const means = columns.map(mean);
  const scales = columns.map((values, column) => {
    const deviation = Math.sqrt(mean(values.map((value) => (value - means[column]!) ** 2)));
    return deviation === 0 ? 1 : deviation;
  });
  const standard = (row: ArrayLike<number>) => [
    1,
    ...means.map((of, column) => (row[column]! - of) / scales[column]!),
  ];
  const terms = width + 1;
  const inputs = new Float64Array(rows.length * terms);
  for (const [row, features] of rows.entries()) inputs.set(standard(features), row * terms);
  const weights = new Float64Array(terms);
  for (let step = 0; step < STEPS; step++) {
    const change = newtonStep(inputs, labels, weights);
    for (let at = 0; at < terms; at++) weights[at]! += change[at]!;
    if (change.every((one) => Math.abs(one) < CONVERGED)) break;
  }
  return { predict: (row) => dot(weights, standard(row), 0) > 0 };
}

/** By what Newton's method changes the weights; row i's inputs are the `weights.length` numbers from i times that. */
function newtonStep(
  inputs: Float64Array,
  labels: ArrayLike<number>,
  weights: Float64Array,
): number[] {
  const terms = weights.length;
  const gradient = weights.map((weight) => -RIDGE * weight);
  const hessian = new Float64Array(terms * terms);
  for (let row = 0, from = 0; from < inputs.length; row++, from += terms) {
    const probability = 1 / (1 + Math.exp(-dot(weights, inputs, from)));
    const variance = probability * (1 - probability);
    const missed = labels[row]! - probability;
    for (let at = 0; at < terms; at++) {
      gradient[at]! += missed * inputs[from + at]!;
      const weighted = variance * inputs[from + at]!;
      for (let other = 0; other <= at; other++)
        hessian[at * terms + other]! += weighted * inputs[from + other]!;
    }
  }
  const matrix = Array.from({ length: terms }, (_, at) =>
    Array.from({ length: terms }, (_, other) => {
      const sum = hessian[Math.max(at, other) * terms + Math.min(at, other)]!;
      return at === other ? sum + RIDGE : sum;
    }),
  );
  return solve(matrix, Array.from(gradient));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Of `weights` and as many of `values` from `from` on. */
function dot(weights: Float64Array, values: ArrayLike<number>, from: number): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) sum += weights[at]! * values[from + at]!;
  return sum;
}

/** x of A x = b, by Gaussian elimination with partial pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at]!]);
  for (let column = 0; column < rows.length; column++) {
    const rest = rows.slice(column);
    const most = rest.reduce((best, row) =>
      Math.abs(row[column]!) > Math.abs(best[column]!) ? row : best,
    );
    const at = rows.indexOf(most);
    [rows[column], rows[at]] = [rows[at]!, rows[column]!];
    for (const row of rows.slice(column + 1)) {
      const factor = row[column]! / most[column]!;
      for (let other = column; other < row.length; other++) row[other]! -= factor * most[other]!;
    }
  }
  const solution = right.map(() => 0);
  for (let row = rows.length - 1; row >= 0; row--) {
    const known = rows[row]!.slice(0, -1).reduce(
      (sum, value, at) => sum + value * solution[at]!,
      0,
    );
    solution[row] = (rows[row]!.at(-1)! - known) / rows[row]![row]!;
  }
  return solution;
}
