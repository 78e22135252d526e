import { minimise } from "./lbfgs.ts";
import { addRow, rowDot, type SparseRows } from "./sparse.ts";

export interface RidgeModel {
  readonly weights: Float64Array;
  readonly intercept: number;
}

const STOP = { tolerance: 1e-8, maxIterations: 1000 };

/** Minimises `sum((y - x w - b)^2) + penalty |w|^2`, the intercept free: scikit-learn's Ridge. */
export function fitRidge(
  rows: SparseRows,
  targets: ArrayLike<number>,
  penalty: number,
): RidgeModel {
  const { width } = rows;
  const point = new Float64Array(width + 1);
  const scale = 1 / Math.max(1, targets.length);
  const objective = (at: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < targets.length; row++) {
      const error = rowDot(rows, row, at) + at[width]! - targets[row]!;
      loss += scale * error ** 2;
      addRow(rows, row, 2 * scale * error, gradient);
      gradient[width]! += 2 * scale * error;
    }
    for (let index = 0; index < width; index++) {
      loss += scale * penalty * at[index]! ** 2;
      gradient[index]! += 2 * scale * penalty * at[index]!;
    }
    return loss;
  };
  minimise(objective, point, STOP);
  return { weights: point.slice(0, width), intercept: point[width]! };
}

/** The number predicted of every row. */
export function ridgePredictions(
  { weights, intercept }: RidgeModel,
  rows: SparseRows,
): Float32Array {
  return Float32Array.from(
    { length: rows.offsets.length - 1 },
    (_, row) => rowDot(rows, row, weights) + intercept,
  );
}
