import { z } from "zod";

/** How the learning rate goes with the step. */
export const scheduleSchema = z.strictObject({
  /** The peak. */
  learningRate: z.number().positive(),
  warmupSteps: z.int().min(0),
  numTrainSteps: z.int().positive(),
  /**
   * `reference` counts the decay from step 0, as google-research/albert does, so the rate drops at the end of the
   * warm-up; `continuous` decays from the peak, beginning where the warm-up ends.
   */
  decay: z.enum(["reference", "continuous"]).default("reference"),
});

export type Schedule = z.output<typeof scheduleSchema>;

/**
 * The learning rate of a step, counted from 0: linear warm-up, then linear decay to 0 at `numTrainSteps`.
 * Source: google-research/albert optimization.py (polynomial_decay of power 1, end 0).
 */
export function learningRateAt(step: number, schedule: Schedule): number {
  const { learningRate, warmupSteps, numTrainSteps, decay } = schedule;
  if (step < warmupSteps) return (learningRate * step) / warmupSteps;
  const from = decay === "reference" ? 0 : warmupSteps;
  const progress = (Math.min(step, numTrainSteps) - from) / Math.max(1, numTrainSteps - from);
  return learningRate * (1 - progress);
}
