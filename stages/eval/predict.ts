import { setImmediate } from "node:timers/promises";
import { planBatches } from "./batches.ts";
import type { Classifier } from "./classifier.ts";
import type { FineTuningContext } from "./fine-tune.ts";
import { type Feeding, inputsOf, longestRows, type Units } from "./units.ts";

type PredictionContext = Pick<FineTuningContext, "params" | "signal">;

/** Calls `take` with the logits of each batch of units, padded to `sequenceLength`. */
export async function predictBatches(
  classifier: Classifier,
  units: Units,
  { lengths, padId }: Feeding,
  { params: { trainBatchSize: batchSize }, signal }: PredictionContext,
  take: (units: readonly number[], logits: Float32Array, sequenceLength: number) => void,
): Promise<void> {
  for (const { sequenceLength, rows } of planBatches(longestRows(units), lengths, batchSize)) {
    // Lets a signal in where the backend computes on this thread.
    await setImmediate();
    signal.throwIfAborted();
    const inputs = inputsOf(units, rows, { batchSize, sequenceLength }, padId);
    take(rows, await classifier.predict(sequenceLength, inputs), sequenceLength);
  }
}

/** Logits of every unit, [units, outputs] row by row. */
export async function predict(
  classifier: Classifier,
  units: Units,
  outputs: number,
  feeding: Feeding,
  context: PredictionContext,
): Promise<Float32Array> {
  const logits = new Float32Array(units.rows.length * outputs);
  await predictBatches(classifier, units, feeding, context, (chosen, values) => {
    for (const [at, unit] of chosen.entries())
      logits.set(values.subarray(at * outputs, (at + 1) * outputs), unit * outputs);
  });
  return logits;
}
