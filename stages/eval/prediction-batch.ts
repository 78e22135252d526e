import { type Batch, makeBatch, utf8Data } from "../../engine/index.ts";
import type { Predicted } from "./scoring.ts";
import { predictions } from "./tables.ts";
import type { Task } from "./task.ts";
import type { EvaluatedSplit } from "./task-data.ts";

/** How much of each example a model was fed. */
export interface FedLengths {
  readonly lengths: Int32Array;
  readonly truncated: readonly boolean[];
}

/** The predictions of a split as they are kept. */
export function predictionBatch(
  task: Task,
  seed: number,
  split: EvaluatedSplit,
  { values, probabilities }: Predicted,
  { lengths, truncated }: FedLengths,
): Batch<typeof predictions.columns> {
  const { examples } = split;
  const classes = task.labels === "score" ? [] : task.labels;
  const word = (value: number) =>
    task.labels === "score" ? String(Math.fround(value)) : task.labels[value]!;
  const offsets = (sizes: (row: number) => number) => {
    const ends = new Int32Array(examples.length + 1);
    for (let row = 0; row < examples.length; row++) ends[row + 1] = ends[row]! + sizes(row);
    return ends;
  };
  return makeBatch(predictions, {
    task: examples.map(() => task.name),
    split: examples.map(() => split.split),
    seed: examples.map(() => seed),
    index: examples.map(({ index }) => index),
    id: examples.map(({ id }) => id),
    texts: {
      offsets: offsets((row) => examples[row]!.texts.length),
      values: utf8Data(examples.flatMap(({ texts }) => texts)),
    },
    length: lengths,
    truncated,
    label: split.scored ? split.examples.map(({ label }) => word(label)) : examples.map(() => ""),
    prediction: Array.from(values, word),
    probability: Array.from(values, (value, row) =>
      task.labels === "score" ? 1 : probabilities[row * classes.length + value]!,
    ),
    classes: {
      offsets: offsets(() => classes.length),
      values: utf8Data(examples.flatMap(() => classes)),
    },
    probabilities: { offsets: offsets(() => classes.length), values: probabilities },
  });
}
