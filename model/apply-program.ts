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
import type { Program, TensorSpec, TensorSpecs } from "../backend/backend.ts";
import { gradientName, renamed } from "./gradient-program.ts";
import type { Optimiser } from "./optimiser.ts";
import { isNormOrBias } from "./parameters.ts";

const scalar: TensorSpec = { shape: [], dtype: "float32" };

const firstMoment = (parameter: string) => `first_moment/${parameter}`;
const secondMoment = (parameter: string) => `second_moment/${parameter}`;

/** What stays resident while parameters are trained: themselves, their gradients and the optimiser's moments. */
export function trainingState(parameters: TensorSpecs): TensorSpecs {
  return {
    ...parameters,
    ...renamed(parameters, gradientName),
    ...renamed(parameters, firstMoment),
    ...renamed(parameters, secondMoment),
  };
}

/**
 * A program that moves every parameter by its resident gradient, in place. It is apart from the gradients'
 * program so that they can be summed over several batches, or inspected, before they are used.
 */
export function applyProgram(parameters: TensorSpecs, optimiser: Optimiser): Program {
  const corrections = { first_correction: scalar, second_correction: scalar };
  return {
    name: `apply-${optimiser.name}`,
    state: trainingState(parameters),
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
