import type { BatchResult } from "./compiled-model.ts";
import type { TrainParams } from "./params.ts";

type DivergenceParams = TrainParams["divergence"];

/** Losses that must have been seen before one of them can be called a spike. */
const LEAST_SEEN = 20;
/** A spread of the losses seen below this share of their mean counts as so much. */
const LEAST_SPREAD = 0.01;

/** Finds batches whose update would spoil the parameters, before it is made. */
export class Guard {
  readonly #params: DivergenceParams;
  /** Losses of the last steps that were good, oldest first. */
  readonly #losses: number[];

  constructor(params: DivergenceParams, losses: readonly number[] = []) {
    this.#params = params;
    this.#losses = [...losses];
  }

  /** What a resumed training's guard has to know. */
  get losses(): readonly number[] {
    return this.#losses;
  }

  /** What is wrong with a batch, such as "gradient_norm is NaN"; undefined where nothing is. */
  problem(result: BatchResult): string | undefined {
    for (const name of ["masked_lm_loss", "sentence_order_loss", "gradient_norm"] as const)
      if (!Number.isFinite(result[name])) return `${name} is ${result[name]}`;
    const { spikeDeviations } = this.#params;
    const loss = lossOf(result);
    if (spikeDeviations === null || this.#losses.length < LEAST_SEEN) return undefined;
    const { mean, deviation } = spread(this.#losses);
    const limit = mean + spikeDeviations * Math.max(deviation, LEAST_SPREAD * mean);
    if (loss <= limit) return undefined;
    return `the loss jumped to ${loss.toPrecision(4)} from ${mean.toPrecision(4)} (limit ${limit.toPrecision(4)})`;
  }

  /** Remembers a good batch. */
  accept(result: BatchResult): void {
    this.#losses.push(lossOf(result));
    if (this.#losses.length > this.#params.window) this.#losses.shift();
  }
}

function lossOf({ masked_lm_loss, sentence_order_loss }: BatchResult): number {
  return masked_lm_loss + sentence_order_loss;
}

function spread(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}
