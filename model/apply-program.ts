import {
  add,
  div,
  greater,
  maximum,
  minimum,
  mul,
  norm,
  ones,
  sqrt,
  square,
  stack,
  sub,
  type Tensor,
  where,
} from "@tensorflow/tfjs-core";
import type { Program, TensorSpec, TensorSpecs } from "../backend/backend.ts";
import { gradientName, renamed } from "./gradient-program.ts";
import { isAdapted, isDecayed, type Optimiser } from "./optimiser.ts";

const scalar: TensorSpec = { shape: [], dtype: "float32" };

const firstMoment = (parameter: string) => `first_moment/${parameter}`;
const secondMoment = (parameter: string) => `second_moment/${parameter}`;

/** The optimiser's running averages of each parameter's gradient and of its square. */
export function moments(parameters: TensorSpecs): TensorSpecs {
  return { ...renamed(parameters, firstMoment), ...renamed(parameters, secondMoment) };
}

/** What stays resident while parameters are trained: themselves, their gradients and the optimiser's moments. */
export function trainingState(parameters: TensorSpecs): TensorSpecs {
  return {
    ...parameters,
    ...renamed(parameters, gradientName),
    ...moments(parameters),
  };
}

/**
 * A program that moves every parameter by its resident gradient, in place. It is apart from the gradients'
 * program so that they can be summed over several batches, or inspected, before they are used. LAMB's returns
 * `trust_ratios`, one for each of `adaptedParameters`.
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
      const ratios: Tensor[] = [];
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
        if (isDecayed(name, optimiser)) update = add(update, mul(parameter, optimiser.weightDecay));
        if (isAdapted(name, optimiser)) {
          const ratio = trustRatio(parameter, update, optimiser);
          ratios.push(ratio);
          rate = mul(rate, ratio);
        }
        written[name] = sub(parameter, mul(update, rate));
      }
      const outputs = ratios.length > 0 ? { trust_ratios: stack(ratios) } : {};
      return { state: written, outputs };
    },
  };
}

/** `beta average + (1 - beta) value`. */
function decayed(average: Tensor, value: Tensor, beta: number): Tensor {
  return add(mul(average, beta), mul(value, 1 - beta));
}

/** Names of the parameters that have a trust ratio, in the order of `trust_ratios`. */
export function adaptedParameters(parameters: TensorSpecs, optimiser: Optimiser): string[] {
  return Object.keys(parameters).filter((name) => isAdapted(name, optimiser));
}

/**
 * `||parameter|| / ||update||`, 1 where either is 0, within the bounds that the optimiser has.
 * Source: google-research/albert lamb_optimizer.py; You et al., "Large batch optimization for deep learning", 2020.
 */
function trustRatio(parameter: Tensor, update: Tensor, optimiser: Optimiser): Tensor {
  const { maxParameterNorm, trustRatioRange } = optimiser;
  const step = norm(update);
  const full = norm(parameter);
  const size = maxParameterNorm === undefined ? full : minimum(full, maxParameterNorm);
  const one = ones([]);
  const ratio = where(greater(size, 0), where(greater(step, 0), div(size, step), one), one);
  if (trustRatioRange === undefined) return ratio;
  const [least, most] = trustRatioRange;
  return minimum(maximum(ratio, least), most);
}
