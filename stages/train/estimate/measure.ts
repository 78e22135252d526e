import type { Backend } from "../../../backend/backend.ts";
import { RandomStream } from "../../../lib/random.ts";
import { makeBatch } from "../batches.ts";
import { type Clock, plus, processClock, since, type Taken } from "../clock.ts";
import type { ExampleView } from "../example-set.ts";
import type { PaddedLength } from "../shape.ts";
import { Trainer, type TrainerOptions } from "../trainer.ts";

/** What is timed: a training's model and batches. */
export type Timed = Omit<TrainerOptions, "backend" | "shrinks" | "onShrink" | "shorter">;

export interface Timings {
  /** Compiling all programs, each with its first run, once. */
  readonly start: Taken;
  /** The gradients of a whole batch. */
  readonly gradients: Taken;
  readonly update: Taken;
  /** Measuring one part of held-out examples. */
  readonly evaluation: Taken;
}

const RATE = 1e-3;
/** More calls than this tell no more. */
const MOST_CALLS = 30;

/** Times a training on drawn examples of full length, for about so many seconds after the first step. */
export async function timeTraining(
  backend: Backend,
  timed: Timed,
  seconds: number,
  clock: Clock = processClock,
): Promise<Timings> {
  const began = clock();
  const trainer = await Trainer.create({ ...timed, backend, shrinks: false, onShrink() {} });
  try {
    await trainer.model.initialise(0);
    const whole = {
      examples: () => drawnExamples(timed, timed.batchSize),
      longest: timed.sequenceLength,
    };
    const gradients = () => trainer.gradients(whole, 1);
    const { result, shape } = await gradients();
    const update = () => trainer.model.apply(0, RATE, result.gradient_norm);
    await update();
    const part = makeBatch(drawnExamples(timed, shape.batchSize), shape);
    const evaluation = () => trainer.model.evaluate(part);
    await evaluation();
    const start = since(began, clock);
    return {
      start,
      gradients: await meanOf(gradients, 0.7 * seconds, clock),
      update: await meanOf(update, 0.1 * seconds, clock),
      evaluation: await meanOf(evaluation, 0.2 * seconds, clock),
    };
  } finally {
    await trainer.dispose();
  }
}

/** A length that batches are padded to, and what share of them is. */
export interface LengthShare extends PaddedLength {
  readonly training: number;
  readonly heldout: number;
}

/** Times a training on batches of several lengths, for so many seconds together; each length is compiled once. */
export async function timeLengths(
  backend: Backend,
  timed: Omit<Timed, keyof PaddedLength>,
  lengths: readonly LengthShare[],
  seconds: number,
  clock?: Clock,
): Promise<Timings> {
  const nothing: Taken = { seconds: 0, cpuSeconds: 0 };
  let all: Timings = { start: nothing, gradients: nothing, update: nothing, evaluation: nothing };
  for (const { training, heldout, ...length } of lengths) {
    if (training + heldout === 0) continue;
    const share = seconds / lengths.length;
    const taken = await timeTraining(backend, { ...timed, ...length }, share, clock);
    all = {
      start: plus(all.start, taken.start),
      gradients: plus(all.gradients, taken.gradients, training),
      update: plus(all.update, taken.update, training),
      evaluation: plus(all.evaluation, taken.evaluation, heldout),
    };
  }
  return all;
}

/** What one call takes on average, over at least one and as many as take so long. */
async function meanOf(call: () => Promise<unknown>, seconds: number, clock: Clock): Promise<Taken> {
  const began = clock();
  for (let calls = 1; ; calls++) {
    await call();
    const all = since(began, clock);
    if (all.seconds >= seconds || calls === MOST_CALLS)
      return { seconds: all.seconds / calls, cpuSeconds: all.cpuSeconds / calls };
  }
}

function* drawnExamples(
  { config, sequenceLength, mostTargets }: Timed,
  count: number,
): Generator<ExampleView> {
  const random = new RandomStream(1, "estimate");
  const ids = Int32Array.from({ length: sequenceLength }, () => random.below(config.vocabSize));
  const types = Uint8Array.from(ids, (_, at) => Number(2 * at >= sequenceLength));
  const positions = Array.from({ length: mostTargets }, (_, at) => at);
  const targets = ids.subarray(0, mostTargets);
  for (let row = 0; row < count; row++) yield { ids, types, positions, targets, label: row % 2 };
}
