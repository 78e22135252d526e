import { fitLogistic, logisticLogits } from "../../../lib/linear/logistic.ts";
import type { SparseRows } from "../../../lib/linear/sparse.ts";
import type { Reading } from "./reading.ts";

type Labelled = Pick<Reading, "states" | "labels">;

/**
 * How often a logistic regression that is fitted to some states is right about others. States are standardised first:
 * in most of their directions a model's states hardly differ.
 */
export function probeAccuracy(
  train: Labelled,
  heldout: Labelled,
  inverseRegularisation: number,
): number {
  const standard = standardiser(train);
  const model = fitLogistic(standard(train), train.labels, 2, { inverseRegularisation });
  const logits = logisticLogits(model, standard(heldout));
  const right = heldout.labels.filter(
    (label, row) => Number(logits[2 * row + 1]! > logits[2 * row]!) === label,
  );
  return right.length / Math.max(1, heldout.labels.length);
}

/** Moves every column to mean 0 and deviation 1, as they are in some states. */
function standardiser({ states, labels }: Labelled): (of: Labelled) => SparseRows {
  const rows = Math.max(1, labels.length);
  const width = states.length / rows;
  const means = new Float64Array(width);
  for (const [index, value] of states.entries()) means[index % width]! += value / rows;
  const squares = new Float64Array(width);
  for (const [index, value] of states.entries())
    squares[index % width]! += (value - means[index % width]!) ** 2 / rows;
  const scales = squares.map((square) => (square === 0 ? 1 : Math.sqrt(square)));
  return (of) => ({
    offsets: Int32Array.from({ length: of.labels.length + 1 }, (_, row) => row * width),
    columns: Int32Array.from(of.states, (_, index) => index % width),
    values: Float64Array.from(
      of.states,
      (value, index) => (value - means[index % width]!) / scales[index % width]!,
    ),
    width,
  });
}
