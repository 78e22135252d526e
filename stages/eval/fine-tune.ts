import { setImmediate } from "node:timers/promises";
import { PipelineError, type Row, type StageContext } from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import { learningRateAt } from "../../model/schedule.ts";
import { planBatches } from "./batches.ts";
import type { Classifier, Snapshot } from "./classifier.ts";
import { type Features, fillBatch } from "./features.ts";
import type { EvalParams } from "./params.ts";
import { planFineTuning } from "./plan.ts";
import type { curve } from "./tables.ts";

/** What fine-tuning and predicting need of a stage's context. */
export type EvalContext = Pick<
  StageContext<EvalParams>,
  "params" | "seed" | "signal" | "progress" | "metric" | "log"
>;

/** The examples of a split as they are fed. */
export interface FedSplit {
  readonly split: string;
  readonly features: readonly Features[];
}

/** How the examples of all splits are fed. */
export interface Feeding {
  /** To which batches are padded. */
  readonly lengths: readonly number[];
  readonly padId: number;
}

type CurveRow = Row<typeof curve.columns>;

/** How many points of the loss a fine-tuning's curve has at most. */
const CURVE_POINTS = 200;

/**
 * Trains a classifier over epochs in drawn orders, yielding its curve. `score` measures the split by which the best
 * parameters are chosen and the end is decided; undefined where there is none. A PipelineError where the loss or a
 * gradient is no longer finite: the update that would spoil the parameters is not made.
 */
export async function* fineTune(
  classifier: Classifier,
  { split, features }: FedSplit,
  feeding: Feeding,
  context: EvalContext,
  score: (() => Promise<Scored>) | undefined,
): AsyncGenerator<CurveRow> {
  const { params, signal } = context;
  const { trainBatchSize: batchSize, task } = params;
  const seed = context.seed + params.seed;
  const { schedule, numTrainSteps, evaluateEverySteps } = planFineTuning(params, features.length);
  const selection = new Selection(classifier, params);
  const every = Math.ceil(numTrainSteps / CURVE_POINTS);
  let losses = 0;
  for (let step = 0, epoch = 0; step < numTrainSteps; epoch++) {
    const order = new RandomStream(seed, "eval order", task.name, epoch);
    for (const batch of planBatches(features, feeding.lengths, batchSize, order)) {
      if (step === numTrainSteps) break;
      const learningRate = learningRateAt(step, schedule);
      // Lets a signal in where the backend computes on this thread.
      await setImmediate();
      signal.throwIfAborted();
      const { sequenceLength, rows } = batch;
      const shape = { batchSize, sequenceLength };
      const scores = task.labels === "score";
      const { inputs, targets } = fillBatch(features, rows, shape, feeding.padId, scores);
      const dropout = new RandomStream(seed, "eval dropout", task.name, step);
      const { loss, gradientNorm } = await classifier.gradients(sequenceLength, {
        ...inputs,
        ...targets,
        ...(classifier.drops && { dropout_seed: Int32Array.of(dropout.uint32() | 0) }),
      });
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
        const mean = losses / (step % every || every);
        losses = 0;
        context.metric(step, { loss: mean, learning_rate: learningRate });
        yield { step, split, metric: "loss", value: mean, learning_rate: learningRate };
      }
      if (score === undefined || evaluateEverySteps === undefined) continue;
      if (step % evaluateEverySteps !== 0 && step !== numTrainSteps) continue;
      const scored = await score();
      context.metric(step, { [scored.metric]: scored.value });
      yield { step, ...scored, learning_rate: null };
      if (await selection.see(step, scored.value)) {
        context.log("info", `${task.name}: stopped at step ${step} of ${numTrainSteps}`);
        return selection.restore(context, scored.metric);
      }
    }
  }
  await selection.restore(context, task.metrics[0]!);
}

/** What a model reaches on a split while it is trained. More is better. */
export interface Scored {
  readonly split: string;
  readonly metric: string;
  readonly value: number;
}

/** Keeps the best parameters so far where they are wanted, and counts how long there were no better ones. */
class Selection {
  readonly #classifier: Classifier;
  readonly #params: EvalParams;
  #best: { readonly step: number; readonly value: number; readonly snapshot?: Snapshot } = {
    step: 0,
    value: Number.NEGATIVE_INFINITY,
  };
  #since = 0;

  constructor(classifier: Classifier, params: EvalParams) {
    this.#classifier = classifier;
    this.#params = params;
  }

  /** Whether it is time to stop. */
  async see(step: number, value: number): Promise<boolean> {
    const { keep, patience } = this.#params;
    if (value > this.#best.value) {
      const snapshot = keep === "best" ? await this.#classifier.read() : undefined;
      this.#best = { step, value, ...(snapshot !== undefined && { snapshot }) };
      this.#since = 0;
    } else this.#since++;
    return patience !== undefined && this.#since >= patience;
  }

  /** Puts the best parameters back; the last stay where none were kept. */
  async restore(
    { params, log }: Pick<EvalContext, "params" | "log">,
    metric: string,
  ): Promise<void> {
    const { step, value, snapshot } = this.#best;
    if (snapshot === undefined) return;
    log("info", `${params.task.name}: step ${step} is the best, ${metric} ${value.toFixed(4)}`);
    await this.#classifier.write(snapshot);
  }
}

/** Logits of every example, [examples, outputs] row by row. */
export async function predict(
  classifier: Classifier,
  features: readonly Features[],
  outputs: number,
  { lengths, padId }: Feeding,
  { params, signal }: Pick<EvalContext, "params" | "signal">,
): Promise<Float32Array> {
  const batchSize = params.trainBatchSize;
  const logits = new Float32Array(features.length * outputs);
  for (const { sequenceLength, rows } of planBatches(features, lengths, batchSize)) {
    await setImmediate();
    signal.throwIfAborted();
    const { inputs } = fillBatch(features, rows, { batchSize, sequenceLength }, padId, false);
    const values = await classifier.predict(sequenceLength, inputs);
    for (const [at, row] of rows.entries()) {
      logits.set(values.subarray(at * outputs, (at + 1) * outputs), row * outputs);
    }
  }
  return logits;
}
