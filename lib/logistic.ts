/** What separates two classes by a weighted sum of features. */
export interface LogisticModel {
  /** Whether the sum says class 1. */
  predict(features: ArrayLike<number>): boolean;
}

/** Newton's steps: convergence is quadratic. */
const STEPS = 12;
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
  const columns = Array.from({ length: width }, (_, column) => rows.map((row) => row[column]!));
  const means = columns.map(mean);
  const scales = columns.map((values, column) => {
    const deviation = Math.sqrt(mean(values.map((value) => (value - means[column]!) ** 2)));
    return deviation === 0 ? 1 : deviation;
  });
  const standard = (row: ArrayLike<number>) => [
    1,
    ...means.map((of, column) => (row[column]! - of) / scales[column]!),
  ];
  const inputs = rows.map(standard);
  let weights = new Array<number>(width + 1).fill(0);
  for (let step = 0; step < STEPS; step++) {
    const gradient = weights.map((weight) => -RIDGE * weight);
    const hessian = weights.map((_, at) => weights.map((_, other) => (at === other ? RIDGE : 0)));
    for (const [row, input] of inputs.entries()) {
      const probability = 1 / (1 + Math.exp(-dot(weights, input)));
      const variance = probability * (1 - probability);
      for (let at = 0; at <= width; at++) {
        gradient[at]! += (labels[row]! - probability) * input[at]!;
        for (let other = 0; other <= width; other++)
          hessian[at]![other]! += variance * input[at]! * input[other]!;
      }
    }
    const change = solve(hessian, gradient);
    weights = weights.map((weight, at) => weight + change[at]!);
  }
  return { predict: (row) => dot(weights, standard(row)) > 0 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
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
