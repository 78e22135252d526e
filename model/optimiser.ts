import { z } from "zod";
import type { TensorMap } from "../backend/backend.ts";

const pattern = z.string().refine(isPattern, "must be a regular expression");
const normsAndBiases = ["LayerNorm", "layer_norm", "bias"];

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== "";
  } catch {
    return false;
  }
}

/**
 * How parameters follow their gradients. The defaults are google-research/albert's for both optimisers: no bias
 * correction, an unclamped trust ratio, and no decay (nor, in LAMB, a trust ratio) for layer norms and biases.
 */
export const optimiserSchema = z
  .strictObject({
    name: z.enum(["lamb", "adamw"]).default("lamb"),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-6),
    weightDecay: z.number().min(0).default(0.01),
    biasCorrection: z.boolean().default(false),
    /** The norm of all gradients together to which larger ones are scaled down; null leaves them. */
    clipNorm: z.number().positive().nullable().default(1),
    /** Whether all gradients together are scaled to the norm 1 at every step, as NVLAMB does, instead of clipped. */
    normaliseGradients: z.boolean().default(false),
    /** Parameters in whose name one of these regular expressions is found are not decayed. */
    excludeFromWeightDecay: z.array(pattern).default(normsAndBiases),
    /** Likewise, whose rate LAMB does not adapt; none for NVLAMB, which adapts all. By default those not decayed. */
    excludeFromLayerAdaptation: z.array(pattern).optional(),
    /** Bounds of LAMB's trust ratio. */
    trustRatioRange: z.tuple([z.number().min(0), z.number().positive()]).optional(),
    /** The norm of a parameter as LAMB's trust ratio sees it at most: 10 in some implementations for PyTorch. */
    maxParameterNorm: z.number().positive().optional(),
  })
  .refine(({ trustRatioRange: range }) => range === undefined || range[0] <= range[1], {
    path: ["trustRatioRange"],
    message: "must begin with the lower bound",
  });

export type Optimiser = z.output<typeof optimiserSchema>;

function isFoundIn(name: string, patterns: readonly string[]): boolean {
  return patterns.some((text) => new RegExp(text).test(name));
}

/** Whether weight decay pulls at a parameter of this name. */
export function isDecayed(name: string, optimiser: Optimiser): boolean {
  return optimiser.weightDecay > 0 && !isFoundIn(name, optimiser.excludeFromWeightDecay);
}

/** Whether a parameter of this name has a trust ratio. */
export function isAdapted(name: string, optimiser: Optimiser): boolean {
  const { excludeFromWeightDecay, excludeFromLayerAdaptation = excludeFromWeightDecay } = optimiser;
  return optimiser.name === "lamb" && !isFoundIn(name, excludeFromLayerAdaptation);
}

/**
 * What `applyProgram` is fed at an update, counted from 0: gradients are scaled by their common norm as the optimiser
 * says.
 */
export function applyInputs(
  optimiser: Optimiser,
  update: number,
  learningRate: number,
  gradientNorm: number,
): TensorMap {
  const { beta1, beta2 } = optimiser;
  const inputs = {
    learning_rate: Float32Array.of(learningRate),
    gradient_scale: Float32Array.of(gradientScale(optimiser, gradientNorm)),
  };
  if (!optimiser.biasCorrection) return inputs;
  return {
    ...inputs,
    first_correction: Float32Array.of(1 / (1 - beta1 ** (update + 1))),
    second_correction: Float32Array.of(1 / (1 - beta2 ** (update + 1))),
  };
}

function gradientScale({ clipNorm, normaliseGradients }: Optimiser, norm: number): number {
  if (normaliseGradients) return norm > 0 ? 1 / norm : 1;
  return clipNorm === null ? 1 : clipNorm / Math.max(clipNorm, norm);
}
