import { z } from "zod";

/** How the learning rate goes with the step. */
export const scheduleSchema = z.strictObject({
  /** The peak. */
  learningRate: z.number().positive(),
  warmupSteps: z.int().min(0),
  numTrainSteps: z.int().positive(),
  /**
   * `reference` counts the decay from step 0, as google-research/albert does, so the rate drops at the end of the
   * warm-up; `continuous` decays from the peak, beginning where the warm-up ends; `constant` stays at the peak.
   */
  decay: z.enum(["reference", "continuous", "constant"]).default("reference"),
  /** The step at which the decay ends; by default the last. A later one leaves room to train on. */
  decaySteps: z.int().positive().optional(),
  /** The exponent of the decay: 1 is linear. */
  decayPower: z.number().positive().optional(),
  /** The rate that is decayed to, 0 by default. */
  endLearningRate: z.number().min(0).optional(),
});

export type Schedule = z.output<typeof scheduleSchema>;

/**
 * The learning rate of a step, counted from 0: linear warm-up, then polynomial decay.
 * Source: google-research/albert optimization.py (polynomial_decay, there of power 1 to 0).
 */
export function learningRateAt(step: number, schedule: Schedule): number {
  const { learningRate, warmupSteps, numTrainSteps, decay } = schedule;
  const { decaySteps = numTrainSteps, decayPower = 1, endLearningRate = 0 } = schedule;
  if (step < warmupSteps) return (learningRate * step) / warmupSteps;
  if (decay === "constant") return learningRate;
  const from = decay === "reference" ? 0 : warmupSteps;
  const progress = Math.max(0, Math.min(step, decaySteps) - from) / Math.max(1, decaySteps - from);
  return endLearningRate + (learningRate - endLearningRate) * (1 - progress) ** decayPower;
}

/**
 * Whether two schedules have the same rate at every step before `steps`: then what was trained with one up to there
 * is what the other would have come to.
 */
export function agreeBefore(steps: number, one: Schedule, other: Schedule): boolean {
  for (let step = 0; step < steps; step++)
    if (learningRateAt(step, one) !== learningRateAt(step, other)) return false;
  return true;
}
