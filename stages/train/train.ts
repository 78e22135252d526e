import { setImmediate } from "node:timers/promises";
import { RandomStream } from "../../lib/random.ts";
import { isOverflow, type LossScale } from "../../model/loss-scale.ts";
import { learningRateAt } from "../../model/schedule.ts";
import { shuffled, TrainingOrder } from "./batches.ts";
import { copied } from "./diverged-batch.ts";
import { type Divergence, handleDivergence } from "./divergence.ts";
import { type ExampleSource, type ExampleView, lengthOf, longestOf } from "./example-set.ts";
import { epochsAt, heldoutRow } from "./heldout.ts";
import type { HistoryRow } from "./history.ts";
import { type CurveRow, Measurement, metricsOf } from "./measurement.ts";
import { scheduleOf } from "./params.ts";
import { checkpointOf, hasFiniteParameters, type Training } from "./training.ts";
import { Watch } from "./watch.ts";

/**
 * Every step from where the training is to the last: changes the model in place and yields rows as they come. It can
 * be stopped between any two steps, and then saves where it is.
 */
export async function* train(training: Training): AsyncGenerator<HistoryRow> {
  const { context, history } = training;
  const { params, seed, signal } = context;
  const { numTrainSteps: total, evaluateEverySteps, saveEverySteps } = params;
  const { set, trainer } = training;
  const bins =
    params.lengthBins === undefined
      ? undefined
      : { lengths: trainer.lengths, lengthOf: (example: number) => lengthOf(set, example) };
  const order = new TrainingOrder(set.train, params.trainBatchSize, seed, bins);
  const watch = new Watch(training.backend, trainer);
  let saved = training.progress.step;
  // Rows and progress change together, with nothing awaited between, so that what is saved is always between steps.
  let between = true;
  try {
    for (;;) {
      // Lets a signal in where the backend computes on this thread.
      await setImmediate();
      signal.throwIfAborted();
      const { progress } = training;
      const { step } = progress;
      if (isDue(step, evaluateEverySteps) && progress.evaluated !== step && step < total)
        yield* await evaluate(training);
      if (isDue(step, saveEverySteps) && saved !== step) {
        if (await save(training)) saved = step;
      }
      if (training.ended !== undefined) return;
      if (step === total && hasFiniteParameters(await checkpointOf(training))) return;
      between = false;
      const rows =
        step === total
          ? await handleDivergence(training, spoilt(training, order))
          : await takeStep(training, order, watch);
      between = true;
      saved = Math.min(saved, training.progress.step);
      context.progress(training.progress.step, total, "steps");
      yield* rows;
    }
  } finally {
    if (signal.aborted && between && saved !== training.progress.step) await save(training);
    await history.flush();
  }
}

function isDue(step: number, every: number): boolean {
  return step > 0 && step % every === 0;
}

/** Saves the present state; parameters that are spoilt are not, and the next step finds them out. */
export async function save(training: Training): Promise<boolean> {
  const { progress, states, history, trainer, cost } = training;
  const model = await checkpointOf(training);
  if (!hasFiniteParameters(model)) return false;
  const stored = progress.stored(trainer.microBatchSize, await history.flush());
  await states.save(stored, model, await trainer.model.moments());
  await cost.save();
  return true;
}

/**
 * Measures the held-out sample, and keeps the model where it is the best so far. A loss that is no number has no row:
 * the next step finds out what spoilt the parameters.
 */
async function evaluate(training: Training): Promise<readonly HistoryRow[]> {
  const { progress, history, context } = training;
  const { step } = progress;
  const row = await heldoutRow(training, heldoutSample(training));
  if (!Number.isFinite(row.masked_lm_loss + (row.sentence_order_loss ?? 0))) {
    context.log("warn", `the held-out loss after step ${step} is no number`);
    progress.evaluated = step;
    return [];
  }
  const best = await improved(training, row);
  context.metric(step, metricsOf(row));
  progress.evaluated = step;
  progress.best = best;
  return [history.add({ curve: row })];
}

/** The best measurement with this one; the model is kept where it is this one. */
export async function improved(training: Training, row: CurveRow) {
  const { best, step } = training.progress;
  const loss = row.masked_lm_loss + (row.sentence_order_loss ?? 0);
  if (!Number.isFinite(loss) || (best !== null && best.loss <= loss)) return best;
  await training.states.saveBest(step, await checkpointOf(training));
  return { step, loss };
}

/** The held-out examples that are measured on the way. */
export function heldoutSample({ set, context: { params, seed } }: Training): Int32Array {
  return shuffled(set.heldout, seed, "heldout-sample", 0).slice(0, params.heldoutSample);
}

/** One step: the gradients of a batch, and the update that they are good for. */
async function takeStep(
  training: Training,
  order: TrainingOrder,
  watch: Watch,
): Promise<readonly HistoryRow[]> {
  const { context, trainer, progress, source } = training;
  const { params, seed } = context;
  const { step } = progress;
  const rate = learningRateAt(step, scheduleOf(params)) * progress.rateFactor;
  if (progress.leftOut.includes(step)) {
    progress.step++;
    return rowsAfter(training, watch, undefined);
  }
  watch.start();
  const examples = order.at(step);
  const batch = () => drawn(order, step, examples, source);
  const dropoutSeed = new RandomStream(seed, "dropout", "", step).uint32() | 0;
  const scale = progress.lossScale;
  const given = { examples: () => views(batch()), longest: longestOf(training.set, examples) };
  const computed = await trainer.gradients(given, dropoutSeed, scale?.value);
  const { result } = computed;
  if (scale !== undefined && isOverflow(result) && scale.shrink())
    return leaveOut(training, watch, scale);
  const problem = progress.guard.problem(result);
  if (problem !== undefined) {
    const divergence = { step, problem, rate, batch: copied(batch()), isSkippable: true };
    return handleDivergence(training, divergence);
  }
  const norm = result.gradient_norm;
  const ratios = await trainer.model.apply(progress.updates, rate, norm);
  watch.stop(computed);
  training.cost.sample();
  progress.guard.accept(result);
  scale?.accept();
  progress.measurement.addBatch(result);
  progress.last = { learning_rate: rate, gradient_norm: norm };
  progress.updates++;
  progress.step++;
  progress.skippedInARow = 0;
  return rowsAfter(training, watch, ratios);
}

/** A step whose gradients float16 could not hold: the next one's loss is scaled less. */
async function leaveOut(
  training: Training,
  watch: Watch,
  scale: LossScale,
): Promise<readonly HistoryRow[]> {
  const { context, progress, trainer } = training;
  progress.step++;
  context.log(
    "info",
    `step ${progress.step} is left out: its gradients are too large for float16; the loss scale is ${scale.value} from now on`,
  );
  // Sums that begin with what is no number would stay so.
  await trainer.model.clearGradients();
  return rowsAfter(training, watch, undefined);
}

/** A step's examples by index, each as its epoch sees it. */
function* drawn(
  order: TrainingOrder,
  step: number,
  examples: Int32Array,
  source: ExampleSource,
): Generator<readonly [number, ExampleView]> {
  for (const [row, example] of examples.entries())
    yield [example, source.view(example, order.epochOf(step, row))];
}

function* views(batch: Iterable<readonly [number, ExampleView]>): Generator<ExampleView> {
  for (const [, view] of batch) yield view;
}

/** What is wrong after the last step where the parameters are not finite: its update made them so. */
function spoilt({ context, source }: Training, order: TrainingOrder): Divergence {
  const { params } = context;
  const step = params.numTrainSteps - 1;
  return {
    step,
    problem: "a parameter is not finite",
    rate: learningRateAt(step, scheduleOf(params)),
    batch: copied(drawn(order, step, order.at(step), source)),
    isSkippable: false,
  };
}

/** The rows that are due after a step; `ratios` are those of its update, where one was made. */
async function rowsAfter(
  training: Training,
  watch: Watch,
  ratios: ArrayLike<number> | undefined,
): Promise<readonly HistoryRow[]> {
  const { progress, history, context, trainer } = training;
  const { step } = progress;
  if (step % context.params.logEverySteps !== 0 || progress.measurement.isEmpty) return [];
  const row = trainingRow(training);
  const named = trainer.model.adapted.map((tensor, index) => ({ tensor, ratio: ratios?.[index] }));
  const known = named.flatMap(({ tensor, ratio }) =>
    ratio === undefined ? [] : [{ step, tensor, ratio }],
  );
  progress.measurement = new Measurement();
  context.metric(step, {
    ...metricsOf(row),
    ...(await watch.values()),
    ...(progress.lossScale && { loss_scale: progress.lossScale.value }),
    ...Object.fromEntries(known.map(({ tensor, ratio }) => [`trust_ratio/${tensor}`, ratio])),
  });
  return [
    history.add({ curve: row }),
    ...known.map((trustRatio) => history.add({ trustRatios: trustRatio })),
  ];
}

/** The curve's training row over the steps since the last one. */
export function trainingRow({ progress, set, context }: Training): CurveRow {
  const { step, measurement, last, rollbacks } = progress;
  return {
    step,
    split: "train",
    epochs: epochsAt(step, set, context),
    ...measurement.values(),
    learning_rate: last?.learning_rate ?? null,
    gradient_norm: last?.gradient_norm ?? null,
    rollbacks,
  };
}
