import type { Backend } from "../../../backend/backend.ts";
import { matmulPeak } from "../../../backend/matmul-peak.ts";
import { parameterCount } from "../../../model/config.ts";
import { stepFlops } from "../../../model/step-cost.ts";
import { type Timed, timeTraining } from "./measure.ts";

/** How long a step takes here, and how that is known. */
export interface StepTime {
  readonly seconds: number;
  readonly by: string;
}

/** What a processor is taken to do before it has been measured, floating-point operations a second. */
const SLOW_FLOPS = 2e10;
/** The share of the speed of matrix products that steps are taken to reach, where even one layer is too much to time. */
const SHARE = 0.7;

/**
 * Times a step in at most about so many seconds: by a few of it; of a large model by one example of one and of two of its
 * layers; of a larger one by the speed of matrix products.
 */
export async function stepSeconds(
  backend: Backend,
  timed: Timed,
  seconds: number,
): Promise<StepTime> {
  if (3 * slowest(timed) < seconds) {
    const { gradients, update } = await timeTraining(backend, timed, seconds / 3);
    return { seconds: gradients.seconds + update.seconds, by: "a few steps" };
  }
  const layers = timed.config.numHiddenLayers;
  const few = (count: number): Timed => ({
    ...timed,
    config: { ...timed.config, numHiddenLayers: count, numHiddenGroups: 1 },
    batchSize: 1,
    microBatchSize: 1,
  });
  if (layers > 2 && 8 * slowest(few(2)) < seconds) {
    const one = await timeTraining(backend, few(1), seconds / 8);
    const two = await timeTraining(backend, few(2), seconds / 8);
    const layer = Math.max(0, two.gradients.seconds - one.gradients.seconds);
    const example = one.gradients.seconds + (layers - 1) * layer;
    const more = parameterCount(timed.config).total / parameterCount(few(2).config).total;
    return {
      seconds: timed.batchSize * example + more * two.update.seconds,
      by: `one example of 1 and of 2 of the ${layers} layers`,
    };
  }
  const peak = await matmulPeak(backend);
  return { seconds: flopsOf(timed) / (SHARE * peak), by: "the speed of matrix products" };
}

function slowest(timed: Timed): number {
  return flopsOf(timed) / SLOW_FLOPS;
}

function flopsOf({ config, batchSize, sequenceLength, mostTargets }: Timed): number {
  const maskedPositions = batchSize * mostTargets;
  return stepFlops(config, { batchSize, sequenceLength, maskedPositions });
}
