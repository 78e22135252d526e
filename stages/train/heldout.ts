import { setImmediate } from "node:timers/promises";
import { makeBatch, runsOf } from "./batches.ts";
import type { CompiledModel } from "./compiled-model.ts";
import { type ExampleSet, viewOf } from "./example-set.ts";
import { type CurveRow, Measurement, metricsOf } from "./measurement.ts";
import type { TrainingContext } from "./train.ts";

/** The curve's held-out row after a number of steps, measured on the given examples without dropout. */
export async function heldoutRow(
  model: CompiledModel,
  set: ExampleSet,
  examples: Int32Array,
  step: number,
  context: TrainingContext,
): Promise<CurveRow> {
  const measured = new Measurement();
  for (const run of runsOf(examples, model.shape.batchSize)) {
    await setImmediate();
    context.signal.throwIfAborted();
    measured.addSums(await model.evaluate.run(makeBatch(viewsOf(set, run), model.shape).inputs));
  }
  const values = measured.values();
  context.metric(step, metricsOf(values, "heldout_"));
  return { step, split: "heldout", ...values, learning_rate: null, gradient_norm: null };
}

function* viewsOf(set: ExampleSet, examples: Int32Array) {
  for (const example of examples) yield viewOf(set, example);
}
