import { setImmediate } from "node:timers/promises";
import { cutIntoBatches, groupedByLength } from "../../lib/padded-lengths.ts";
import { makeBatch } from "./batches.ts";
import { type ExampleSet, lengthOf, longestOf, viewOf } from "./example-set.ts";
import { type CurveRow, Measurement } from "./measurement.ts";
import type { Training, TrainingContext } from "./training.ts";

/** The curve's held-out row after the present step, measured on the given examples without dropout. */
export async function heldoutRow(training: Training, examples: Int32Array): Promise<CurveRow> {
  const { context, set, trainer, progress } = training;
  const measured = new Measurement();
  const groups = groupedByLength(examples, (example) => lengthOf(set, example), trainer.lengths);
  for (const { rows } of cutIntoBatches(groups, trainer.microBatchSize)) {
    await setImmediate();
    context.signal.throwIfAborted();
    const batch = makeBatch(viewsOf(set, rows), trainer.shapeFor(longestOf(set, rows)));
    measured.addSums(await trainer.model.evaluate(batch));
  }
  const { step, rollbacks } = progress;
  return {
    step,
    split: "heldout",
    epochs: epochsAt(step, set, context),
    ...measured.values(),
    learning_rate: null,
    gradient_norm: null,
    rollbacks,
  };
}

/** How often the training examples have been gone through after a step. */
export function epochsAt(step: number, set: ExampleSet, { params }: TrainingContext): number {
  return (step * params.trainBatchSize) / set.train.length;
}

function* viewsOf(set: ExampleSet, examples: readonly number[]) {
  for (const example of examples) yield viewOf(set, example);
}
