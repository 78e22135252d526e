import {
  add,
  div,
  greater,
  mul,
  norm,
  ones,
  sqrt,
  square,
  sub,
  type Tensor,
  where,
} from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Program, TensorMap, TensorSpec, TensorSpecs } from "../backend/backend.ts";
import { gradientName, renamed } from "./gradient-program.ts";
import { isNormOrBias } from "./parameters.ts";

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

const scalar: TensorSpec = { shape: [], dtype: "float32" };

const firstMoment = (parameter: string) => `first_moment/${parameter}`;
const secondMoment = (parameter: string) => `second_moment/${parameter}`;

/** The moments that an optimiser keeps for each parameter. */
export function optimiserState(parameters: TensorSpecs): TensorSpecs {
  return { ...renamed(parameters, firstMoment), ...renamed(parameters, secondMoment) };
}

/**
 * A program that moves every parameter by its resident gradient, in place. It is apart from the gradients'
 * program so that they can be summed over several batches, or inspected, before they are used.
 */
export function applyProgram(parameters: TensorSpecs, optimiser: Optimiser): Program {
  const corrections = { first_correction: scalar, second_correction: scalar };
  return {
    name: `apply-${optimiser.name}`,
    state: {
      ...parameters,
      ...renamed(parameters, gradientName),
      ...optimiserState(parameters),
    },
    inputs: {
      learning_rate: scalar,
      gradient_scale: scalar,
      ...(optimiser.biasCorrection ? corrections : {}),
    },
    run(state, inputs) {
      const written: Record<string, Tensor> = {};
      for (const name of Object.keys(parameters)) {
        const parameter = state[name]!;
        const gradient = mul(state[gradientName(name)]!, inputs["gradient_scale"]!);
        const first = decayed(state[firstMoment(name)]!, gradient, optimiser.beta1);
        const second = decayed(state[secondMoment(name)]!, square(gradient), optimiser.beta2);
        written[firstMoment(name)] = first;
        written[secondMoment(name)] = second;

        const mean = optimiser.biasCorrection ? mul(first, inputs["first_correction"]!) : first;
        const variance = optimiser.biasCorrection
          ? mul(second, inputs["second_correction"]!)
          : second;
        let update = div(mean, add(sqrt(variance), optimiser.epsilon));
        let rate = inputs["learning_rate"]!;
        if (!isNormOrBias(name)) {
          if (optimiser.weightDecay > 0)
            update = add(update, mul(parameter, optimiser.weightDecay));
          if (optimiser.name === "lamb") rate = mul(rate, trustRatio(parameter, update));
        }
        written[name] = sub(parameter, mul(update, rate));
      }
      return { state: written, outputs: {} };
    },
  };
}

/** `beta average + (1 - beta) value`. */
function decayed(average: Tensor, value: Tensor, beta: number): Tensor {
  return add(mul(average, beta), mul(value, 1 - beta));
}

/**
 * `||parameter|| / ||update||`, 1 where either is 0.
 * Source: google-research/albert lamb_optimizer.py; You et al., "Large batch optimization for deep learning", 2020.
 */
function trustRatio(parameter: Tensor, update: Tensor): Tensor {
  const [size, step] = [norm(parameter), norm(update)];
  const one = ones([]);
  return where(greater(size, 0), where(greater(step, 0), div(size, step), one), one);
}

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
