import { setImmediate } from "node:timers/promises";
import type { TensorMap } from "../../backend/backend.ts";
import { PipelineError, type StageContext } from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import { applyInputs } from "../../model/optimiser.ts";
import { usesDropout } from "../../model/pretraining.ts";
import { learningRateAt } from "../../model/schedule.ts";
import { makeBatch, shuffled, TrainingOrder } from "./batches.ts";
import type { CompiledModel } from "./compiled-model.ts";
import type { ExampleSet, ExampleSource, ExampleView } from "./example-set.ts";
import { heldoutRow } from "./heldout.ts";
import { type CurveRow, Measurement, metricsOf } from "./measurement.ts";
import { scheduleOf, type TrainParams } from "./params.ts";

/** What training needs of a stage's context. */
export type TrainingContext = Pick<
  StageContext<TrainParams>,
  "params" | "seed" | "signal" | "progress" | "metric"
>;

/** Every step from the first to the last: changes the model in place and yields the curve's rows. */
export async function* train(
  model: CompiledModel,
  set: ExampleSet,
  source: ExampleSource,
  context: TrainingContext,
): AsyncGenerator<CurveRow> {
  const { params, seed, signal, progress, metric } = context;
  const schedule = scheduleOf(params);
  const order = new TrainingOrder(set.train, params.trainBatchSize, seed);
  const heldout = shuffled(set.heldout, seed, "heldout-sample", 0).slice(0, params.heldoutSample);
  const total = schedule.numTrainSteps;
  let measured = new Measurement();
  let tokens = 0;
  let seconds = 0;
  for (let step = 0; step < total; step++) {
    // Lets a signal in where the backend computes on this thread.
    await setImmediate();
    signal.throwIfAborted();
    const started = performance.now();
    const batch = makeBatch(drawn(order, step, source), model.shape);
    const rate = learningRateAt(step, schedule);
    const outputs = await model.gradients.run({
      ...batch.inputs,
      ...dropoutSeed(model, seed, step),
    });
    checkFinite(outputs, step, rate);
    const gradientNorm = outputs["gradient_norm"]![0]!;
    await model.apply.run(applyInputs(params.optimiser, step, rate, gradientNorm));
    seconds += (performance.now() - started) / 1000;
    tokens += batch.tokens;
    measured.addMeans(outputs);

    const done = step + 1;
    progress(done, total, "steps");
    if (done % params.logEverySteps === 0 || done === total) {
      const values = {
        ...measured.values(),
        learning_rate: rate,
        gradient_norm: gradientNorm,
      };
      metric(done, metricsOf({ ...values, tokens_per_second: tokens / seconds }));
      yield { step: done, split: "train", ...values };
      measured = new Measurement();
      tokens = 0;
      seconds = 0;
    }
    if (done % params.evaluateEverySteps === 0 && done < total)
      yield await heldoutRow(model, set, heldout, done, context);
  }
}

/** A step's examples, each as its epoch sees it. */
function* drawn(order: TrainingOrder, step: number, source: ExampleSource): Generator<ExampleView> {
  for (const [row, example] of order.at(step).entries())
    yield source.view(example, order.epochOf(step, row));
}

/** Stops before a parameter is spoilt: one gradient that is not finite makes the norm of all so. */
function checkFinite(outputs: TensorMap, step: number, rate: number): void {
  for (const name of ["masked_lm_loss", "sentence_order_loss", "gradient_norm"]) {
    const value = outputs[name]![0]!;
    if (Number.isFinite(value)) continue;
    throw new PipelineError(`training diverged: ${name} is ${value}`, {
      where: `train, step ${step}, learning rate ${rate.toPrecision(3)}`,
      expected: "finite losses and gradients",
      got: `${value}`,
      hint: "lower learningRate, raise warmupSteps or lower optimiser.clipNorm; the parameters were not updated by this step",
    });
  }
}

function dropoutSeed(model: CompiledModel, seed: number, step: number): TensorMap {
  if (!usesDropout(model.config)) return {};
  return { dropout_seed: Int32Array.of(new RandomStream(seed, "dropout", "", step).uint32() | 0) };
}
