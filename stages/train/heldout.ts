import { setImmediate } from "node:timers/promises";
import { makeBatch, runsOf } from "./batches.ts";
import { type ExampleSet, viewOf } from "./example-set.ts";
import { type CurveRow, Measurement } from "./measurement.ts";
import type { Training, TrainingContext } from "./training.ts";

/** The curve's held-out row after the present step, measured on the given examples without dropout. */
export async function heldoutRow(training: Training, examples: Int32Array): Promise<CurveRow> {
  const { context, set, trainer, progress } = training;
  const { model } = trainer;
  const measured = new Measurement();
  for (const run of runsOf(examples, model.shape.batchSize)) {
    await setImmediate();
    context.signal.throwIfAborted();
    measured.addSums(await model.evaluate(makeBatch(viewsOf(set, run), model.shape)));
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

function* viewsOf(set: ExampleSet, examples: Int32Array) {
  for (const example of examples) yield viewOf(set, example);
}
