import { setImmediate } from "node:timers/promises";
import { PipelineError, type StageContext } from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import { learningRateAt } from "../../model/schedule.ts";
import { paddedLengths, planBatches } from "./batches.ts";
import type { Classifier } from "./classifier.ts";
import { type Features, fillBatch } from "./features.ts";
import type { EvalParams } from "./params.ts";

/** What fine-tuning and scoring need of a stage's context. */
export type EvalContext = Pick<
  StageContext<EvalParams>,
  "params" | "seed" | "signal" | "progress" | "metric"
>;

/** How many points a fine-tuning's curve has at most. */
const CURVE_POINTS = 200;

/**
 * Trains a classifier with AdamW, linear warm-up and decay, over epochs in drawn orders. A PipelineError where the
 * loss or a gradient is no longer finite: the update that would spoil the parameters is not made.
 */
export async function fineTune(
  classifier: Classifier,
  features: readonly Features[],
  padId: number,
  context: EvalContext,
): Promise<void> {
  const { params, seed, signal } = context;
  const { task, trainBatchSize: batchSize } = params;
  const lengths = paddedLengths(features, params.maxSeqLength);
  const stepsPerEpoch = Math.ceil(features.length / batchSize);
  const numTrainSteps =
    params.numTrainSteps ?? Math.max(1, Math.round(params.numTrainEpochs * stepsPerEpoch));
  const schedule = {
    learningRate: params.learningRate,
    warmupSteps: Math.round(params.warmupProportion * numTrainSteps),
    numTrainSteps,
    decay: "continuous" as const,
  };
  const every = Math.ceil(numTrainSteps / CURVE_POINTS);
  let losses = 0;
  for (let step = 0, epoch = 0; step < numTrainSteps; epoch++) {
    const order = new RandomStream(seed, "eval order", task.name, epoch);
    for (const { sequenceLength, rows } of planBatches(features, lengths, batchSize, order)) {
      if (step === numTrainSteps) break;
      // Lets a signal in where the backend computes on this thread.
      await setImmediate();
      signal.throwIfAborted();
      const shape = { batchSize, sequenceLength };
      const { inputs, targets } = fillBatch(features, rows, shape, padId, task.labels === "score");
      const dropout = new RandomStream(seed, "eval dropout", task.name, step);
      const { loss, gradientNorm } = await classifier.gradients(sequenceLength, {
        ...inputs,
        ...targets,
        ...(classifier.drops && { dropout_seed: Int32Array.of(dropout.uint32() | 0) }),
      });
      const learningRate = learningRateAt(step, schedule);
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
        throw new PipelineError(`${task.name}: fine-tuning diverged at step ${step + 1}`, {
          where: `step ${step + 1} of ${numTrainSteps}, learning rate ${learningRate}`,
          expected: "a finite loss and gradient",
          got: `loss ${loss}, gradient norm ${gradientNorm}`,
          hint: "lower the learning rate, or lengthen the warm-up",
        });
      }
      await classifier.apply(step, learningRate, gradientNorm);
      losses += loss;
      step++;
      context.progress(step, numTrainSteps, "steps");
      if (step % every === 0 || step === numTrainSteps) {
        const points = step % every || every;
        context.metric(step, { loss: losses / points, learning_rate: learningRate });
        losses = 0;
      }
    }
  }
}

/** Logits of every example, [examples, outputs] row by row. */
export async function predict(
  classifier: Classifier,
  features: readonly Features[],
  outputs: number,
  padId: number,
  context: Pick<EvalContext, "params" | "signal">,
): Promise<Float32Array> {
  const { maxSeqLength, trainBatchSize: batchSize } = context.params;
  const logits = new Float32Array(features.length * outputs);
  const lengths = paddedLengths(features, maxSeqLength);
  for (const { sequenceLength, rows } of planBatches(features, lengths, batchSize)) {
    await setImmediate();
    context.signal.throwIfAborted();
    const { inputs } = fillBatch(features, rows, { batchSize, sequenceLength }, padId, false);
    const values = await classifier.predict(sequenceLength, inputs);
    for (const [at, row] of rows.entries()) {
      logits.set(values.subarray(at * outputs, (at + 1) * outputs), row * outputs);
    }
  }
  return logits;
}
