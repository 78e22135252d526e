import { z } from "zod";
import type { TensorMap } from "../backend/backend.ts";

/**
 * How parameters follow their gradients. The defaults are google-research/albert's for both optimisers: no bias
 * correction, and no decay (nor, in LAMB, a trust ratio) for layer norms and biases.
 */
export const optimiserSchema = z.strictObject({
  name: z.enum(["lamb", "adamw"]).default("lamb"),
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-6),
  weightDecay: z.number().min(0).default(0.01),
  biasCorrection: z.boolean().default(false),
  /** The norm of all gradients together to which larger ones are scaled down. */
  clipNorm: z.number().positive().default(1),
});

export type Optimiser = z.output<typeof optimiserSchema>;

/** What `applyProgram` is fed at a step, counted from 0: gradients beyond the clip norm are scaled down to it. */
export function applyInputs(
  optimiser: Optimiser,
  step: number,
  learningRate: number,
  gradientNorm: number,
): TensorMap {
  const { clipNorm, beta1, beta2 } = optimiser;
  const inputs = {
    learning_rate: Float32Array.of(learningRate),
    gradient_scale: Float32Array.of(clipNorm / Math.max(clipNorm, gradientNorm)),
  };
  if (!optimiser.biasCorrection) return inputs;
  return {
    ...inputs,
    first_correction: Float32Array.of(1 / (1 - beta1 ** (step + 1))),
    second_correction: Float32Array.of(1 / (1 - beta2 ** (step + 1))),
  };
}
