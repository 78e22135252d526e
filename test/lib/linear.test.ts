import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { minimise } from "../../lib/linear/lbfgs.ts";
import { fitLogistic, logisticLogits } from "../../lib/linear/logistic.ts";
import { fitRidge, ridgePredictions } from "../../lib/linear/ridge.ts";
import type { SparseRows } from "../../lib/linear/sparse.ts";

interface Gold {
  readonly matrix: number[][];
  readonly logistic: {
    readonly labels: number[];
    readonly inverse_regularisation: number;
    readonly weights: number[][];
    readonly intercepts: number[];
    readonly probabilities: number[][];
  }[];
  readonly scores: number[];
  readonly ridge: {
    readonly penalty: number;
    readonly weights: number[];
    readonly intercept: number;
    readonly predictions: number[];
  }[];
}

/** By scikit-learn: test/gold/linear_gold.py. */
const gold = JSON.parse(
  readFileSync(new URL("../gold/linear.json", import.meta.url), "utf8"),
) as Gold;

function sparse(matrix: readonly (readonly number[])[]): SparseRows {
  const entries = matrix.map((row) =>
    row.flatMap((value, column) => (value === 0 ? [] : [[column, value] as const])),
  );
  const offsets = new Int32Array(matrix.length + 1);
  for (const [row, own] of entries.entries()) offsets[row + 1] = offsets[row]! + own.length;
  return {
    offsets,
    columns: Int32Array.from(entries.flat(), ([column]) => column),
    values: Float64Array.from(entries.flat(), ([, value]) => value),
    width: matrix[0]!.length,
  };
}

const rows = sparse(gold.matrix);
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, index) => Math.abs(value - b[index]!)));

describe("logistic regression is scikit-learn's", () => {
  test.each(
    gold.logistic.map((each) => [each.intercepts.length, each.inverse_regularisation, each]),
  )(
    "%s outputs, C %s",
    (_, inverseRegularisation, { labels, weights, intercepts, probabilities }) => {
      const classes = intercepts.length === 1 ? 2 : intercepts.length;
      const model = fitLogistic(rows, labels, classes, { inverseRegularisation });
      expect(largestDifference(model.weights, weights.flat())).toBeLessThan(2e-4);
      // Softmax does not change where all intercepts move together.
      const mean = (values: ArrayLike<number>) =>
        classes === 2 ? 0 : Array.from(values).reduce((sum, value) => sum + value, 0) / classes;
      const centred = (values: ArrayLike<number>) =>
        Array.from(values, (value) => value - mean(values));
      const off = largestDifference(centred(model.intercepts), centred(intercepts));
      expect(off).toBeLessThan(2e-4);

      const logits = logisticLogits(model, rows);
      for (const [row, expected] of probabilities.entries()) {
        const own = [...logits.subarray(row * classes, (row + 1) * classes)].map(Math.exp);
        const sum = own.reduce((total, value) => total + value, 0);
        expect(
          largestDifference(
            own.map((value) => value / sum),
            expected,
          ),
        ).toBeLessThan(1e-4);
      }
    },
  );
});

test.each(gold.ridge)("ridge regression is scikit-learn's: penalty $penalty", (expected) => {
  const model = fitRidge(rows, gold.scores, expected.penalty);
  expect(largestDifference(model.weights, expected.weights)).toBeLessThan(1e-5);
  expect(Math.abs(model.intercept - expected.intercept)).toBeLessThan(1e-5);
  expect(largestDifference(ridgePredictions(model, rows), expected.predictions)).toBeLessThan(1e-5);
});

describe("minimise", () => {
  test("finds the minimum of any convex quadratic", () => {
    const size = 6;
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    const scales = fc.array(fc.double({ min: 0.05, max: 50, noNaN: true }), {
      minLength: size,
      maxLength: size,
    });
    const centre = fc.array(number, { minLength: size, maxLength: size });
    fc.assert(
      fc.property(scales, centre, (scales, centre) => {
        const point = new Float64Array(size);
        minimise(
          (at, gradient) => {
            let value = 0;
            for (let index = 0; index < size; index++) {
              const off = at[index]! - centre[index]!;
              value += scales[index]! * off ** 2;
              gradient[index] = 2 * scales[index]! * off;
            }
            return value;
          },
          point,
          { tolerance: 1e-7, maxIterations: 500 },
        );
        expect(largestDifference(point, centre)).toBeLessThan(1e-5);
      }),
    );
  });

  test("stays where the gradient is 0, and stops at the limit", () => {
    const bowl = (at: Float64Array, gradient: Float64Array) => {
      gradient[0] = 4 * (at[0]! - 1) ** 3;
      return (at[0]! - 1) ** 4;
    };
    expect(minimise(bowl, Float64Array.of(1), { tolerance: 0, maxIterations: 9 })).toBe(0);
    expect(minimise(bowl, Float64Array.of(9), { tolerance: 0, maxIterations: 3 })).toBe(3);
  });
});
