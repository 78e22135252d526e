import { setImmediate } from "node:timers/promises";
import { PipelineError, type Row, type StageContext } from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import { learningRateAt } from "../../model/schedule.ts";
import { planBatches } from "./batches.ts";
import type { Classifier } from "./classifier.ts";
import type { EvalParams } from "./params.ts";
import { type PlanParams, planFineTuning } from "./plan.ts";
import { Selection } from "./selection.ts";
import type { curve } from "./tables.ts";
import { type Feeding, inputsOf, longestRows, type Units } from "./units.ts";

/** What fine-tuning and predicting need of a stage's context, whatever is learnt. */
export type FineTuningContext = Pick<
  StageContext<PlanParams & Pick<EvalParams, "seed">>,
  "params" | "seed" | "signal" | "progress" | "metric" | "log"
>;

type CurveRow = Row<typeof curve.columns>;

/** The loss or a gradient of a fine-tuning is no longer finite. */
export class FineTuningDiverged extends PipelineError {}

/** How many points of the loss a fine-tuning's curve has at most. */
const CURVE_POINTS = 200;

/** What a model reaches on a split while it is trained. More is better. */
export interface Scored {
  readonly split: string;
  readonly metric: string;
  readonly value: number;
}

/**
 * Trains a classifier over epochs in drawn orders, yielding its curve. `name` is the task's, in messages and in what is
 * drawn. `score` measures the split by which the best parameters are chosen and the end is decided; undefined where
 * there is none. FineTuningDiverged where the loss or a gradient is no longer finite: the update that would spoil the
 * parameters is not made.
 */
export async function* fineTune(
  classifier: Classifier,
  name: string,
  units: Units,
  feeding: Feeding,
  context: FineTuningContext,
  score: (() => Promise<Scored>) | undefined,
): AsyncGenerator<CurveRow> {
  const { params, signal } = context;
  const { trainBatchSize: batchSize } = params;
  const seed = context.seed + params.seed;
  const longest = longestRows(units);
  const { schedule, numTrainSteps, evaluateEverySteps } = planFineTuning(params, longest.length);
  const selection = new Selection(classifier, name, context);
  const every = Math.ceil(numTrainSteps / CURVE_POINTS);
  let losses = 0;
  for (let step = 0, epoch = 0; step < numTrainSteps; epoch++) {
    const order = new RandomStream(seed, "eval order", name, epoch);
    for (const batch of planBatches(longest, feeding.lengths, batchSize, order)) {
      if (step === numTrainSteps) break;
      const learningRate = learningRateAt(step, schedule);
      // Lets a signal in where the backend computes on this thread.
      await setImmediate();
      signal.throwIfAborted();
      const { sequenceLength, rows } = batch;
      const dropout = new RandomStream(seed, "eval dropout", name, step);
      const { loss, gradientNorm } = await classifier.gradients(sequenceLength, {
        ...inputsOf(units, rows, { batchSize, sequenceLength }, feeding.padId),
        ...units.targets(rows, batchSize),
        ...(classifier.drops && { dropout_seed: Int32Array.of(dropout.uint32() | 0) }),
      });
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
        throw new FineTuningDiverged(`${name}: fine-tuning diverged at step ${step + 1}`, {
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
        yield { step, split: "train", metric: "loss", value: mean, learning_rate: learningRate };
      }
      if (score === undefined || evaluateEverySteps === undefined) continue;
      if (step % evaluateEverySteps !== 0 && step !== numTrainSteps) continue;
      const scored = await score();
      context.metric(step, { [scored.metric]: scored.value });
      yield { step, ...scored, learning_rate: null };
      if (await selection.see(step, scored)) {
        context.log("info", `${name}: stopped at step ${step} of ${numTrainSteps}`);
        return selection.restore();
      }
    }
  }
  await selection.restore();
}
