import type { TensorMap } from "../../backend/backend.ts";
import { type Features, fillBatch } from "./features.ts";

/** What is fed unit by unit: an example, a window of a passage, or a question with all its options. */
export interface Units {
  /** The rows of each unit, equally many. */
  readonly rows: readonly (readonly Features[])[];
  /** `labels` and `weights` of a batch of units, as the program wants them; 0 beyond the units. */
  targets(units: readonly number[], batchSize: number): TensorMap;
}

/** How units are fed, whatever their split. */
export interface Feeding {
  /** To which rows are padded, ascending. */
  readonly lengths: readonly number[];
  readonly padId: number;
}

/** Examples of one row each; their labels are int32 where they are classes, float32 where they are scores. */
export function exampleUnits(features: readonly Features[], scores: boolean): Units {
  return {
    rows: features.map((row) => [row]),
    targets(units, batchSize) {
      const labels = scores ? new Float32Array(batchSize) : new Int32Array(batchSize);
      const weights = new Float32Array(batchSize);
      for (const [row, unit] of units.entries()) {
        labels[row] = features[unit]!.label;
        weights[row] = 1;
      }
      return { labels, weights };
    },
  };
}

/** What a batch of units feeds the encoder with: `batchSize` units, each of as many rows as one has. */
export function inputsOf(
  { rows }: Units,
  units: readonly number[],
  shape: { readonly batchSize: number; readonly sequenceLength: number },
  padId: number,
): TensorMap {
  const batchSize = shape.batchSize * rows[0]!.length;
  const fed = units.flatMap((unit) => rows[unit]!);
  return fillBatch(fed, { ...shape, batchSize }, padId);
}

/** The longest row of each unit: by these are units put together. */
export function longestRows({ rows }: Units): readonly Features[] {
  return rows.map((unit) =>
    unit.reduce((longest, row) => (row.ids.length > longest.ids.length ? row : longest)),
  );
}
