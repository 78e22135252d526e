import { setImmediate } from "node:timers/promises";
import type { TensorMap } from "../../../backend/backend.ts";
import { PipelineError, type StageContext } from "../../../engine/index.ts";
import { RandomStream } from "../../../lib/random.ts";
import { learningRateAt } from "../../../model/schedule.ts";
import { planBatches } from "../batches.ts";
import type { Classifier } from "../classifier.ts";
import { type Features, fillBatch } from "../features.ts";
import { planFineTuning } from "../plan.ts";
import type { ReadingParams } from "./params.ts";

/** What is trained on or answered, unit by unit: a window of a passage, or a question with its options. */
export interface Units {
  /** The rows of each unit, equally many. */
  readonly rows: readonly (readonly Features[])[];
  /** Labels of a batch of units as the program wants them; `labels` and `weights` are 0 beyond the units. */
  targets(units: readonly number[], batchSize: number): TensorMap;
}

export type ReadingContext = Pick<
  StageContext<ReadingParams>,
  "params" | "seed" | "signal" | "progress" | "metric"
>;

export interface ReadingFeeding {
  /** To which rows are padded. */
  readonly lengths: readonly number[];
  readonly padId: number;
}

/** Trains over epochs in drawn orders. A PipelineError where the loss or a gradient is no longer finite. */
export async function trainReading(
  classifier: Classifier,
  units: Units,
  feeding: ReadingFeeding,
  { params, signal, seed, progress, metric }: ReadingContext,
): Promise<void> {
  const { trainBatchSize: batchSize, dataset } = params;
  const { schedule, numTrainSteps } = planFineTuning(params, units.rows.length);
  const longest = units.rows.map(longestOf);
  for (let step = 0, epoch = 0; step < numTrainSteps; epoch++) {
    const order = new RandomStream(seed + params.seed, "reading order", dataset, epoch);
    for (const { sequenceLength, rows } of planBatches(
      longest,
      feeding.lengths,
      batchSize,
      order,
    )) {
      if (step === numTrainSteps) break;
      // Lets a signal in where the backend computes on this thread.
      await setImmediate();
      signal.throwIfAborted();
      const dropout = new RandomStream(seed + params.seed, "reading dropout", dataset, step);
      const { loss, gradientNorm } = await classifier.gradients(sequenceLength, {
        ...inputsOf(units, rows, batchSize, sequenceLength, feeding.padId),
        ...units.targets(rows, batchSize),
        ...(classifier.drops && { dropout_seed: Int32Array.of(dropout.uint32() | 0) }),
      });
      const learningRate = learningRateAt(step, schedule);
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm))
        throw new PipelineError(`${dataset}: fine-tuning diverged at step ${step + 1}`, {
          where: `step ${step + 1} of ${numTrainSteps}, learning rate ${learningRate}`,
          expected: "a finite loss and gradient",
          got: `loss ${loss}, gradient norm ${gradientNorm}`,
          hint: "lower the learning rate, or lengthen the warm-up",
        });
      await classifier.apply(step, learningRate, gradientNorm);
      step++;
      progress(step, numTrainSteps, "steps");
      metric(step, { loss, learning_rate: learningRate });
    }
  }
}

/** Calls `take` with the logits of each batch of units, padded to `sequenceLength`. */
export async function answerReading(
  classifier: Classifier,
  units: Units,
  { lengths, padId }: ReadingFeeding,
  { params: { trainBatchSize: batchSize }, signal }: Pick<ReadingContext, "params" | "signal">,
  take: (units: readonly number[], logits: Float32Array, sequenceLength: number) => void,
): Promise<void> {
  const longest = units.rows.map(longestOf);
  for (const { sequenceLength, rows } of planBatches(longest, lengths, batchSize)) {
    await setImmediate();
    signal.throwIfAborted();
    const inputs = inputsOf(units, rows, batchSize, sequenceLength, padId);
    take(rows, await classifier.predict(sequenceLength, inputs), sequenceLength);
  }
}

function inputsOf(
  { rows }: Units,
  chosen: readonly number[],
  batchSize: number,
  sequenceLength: number,
  padId: number,
): TensorMap {
  const flat = chosen.flatMap((unit) => rows[unit]!);
  const shape = { batchSize: batchSize * rows[0]!.length, sequenceLength };
  return fillBatch(
    flat,
    flat.map((_, row) => row),
    shape,
    padId,
    false,
  ).inputs;
}

function longestOf(rows: readonly Features[]): Features {
  return rows.reduce((longest, row) => (row.ids.length > longest.ids.length ? row : longest));
}
