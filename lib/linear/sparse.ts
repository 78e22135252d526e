/** Rows of few non-zero numbers: those of row i stand from `offsets[i]` to `offsets[i + 1]`. */
export interface SparseRows {
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  /** How many columns there may be. */
  readonly width: number;
}

/** The product of one row with a vector that begins at `at` in `weights`. */
export function rowDot(
  { offsets, columns, values }: SparseRows,
  row: number,
  weights: Float64Array,
  at = 0,
): number {
  let sum = 0;
  for (let index = offsets[row]!; index < offsets[row + 1]!; index++)
    sum += values[index]! * weights[at + columns[index]!]!;
  return sum;
}

/** Adds `scale` times one row to a vector that begins at `at` in `into`. */
export function addRow(
  { offsets, columns, values }: SparseRows,
  row: number,
  scale: number,
  into: Float64Array,
  at = 0,
): void {
  for (let index = offsets[row]!; index < offsets[row + 1]!; index++)
    into[at + columns[index]!]! += scale * values[index]!;
}
