import {
  add,
  div,
  greater,
  maximum,
  minimum,
  mul,
  norm,
  ones,
  scalar as scalarOf,
  sqrt,
  square,
  stack,
  sub,
  type Tensor,
  where,
} from "@tensorflow/tfjs-core";
import type { Program, TensorSpec, TensorSpecs, Tensors } from "../backend/backend.ts";
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
      const rate = inputs["learning_rate"]!;
      const { unit, epsilon } = correctionsOf(inputs, optimiser);
      // Kept out of the loop: numbers by which whole tensors are multiplied, each in one pass.
      const share = mul(inputs["gradient_scale"]!, 1 - optimiser.beta1);
      const squareShare = (1 - optimiser.beta2) / (1 - optimiser.beta1) ** 2;
      for (const name of Object.keys(parameters)) {
        const parameter = state[name]!;
        const part = mul(state[gradientName(name)]!, share);
        const first = add(mul(state[firstMoment(name)]!, optimiser.beta1), part);
        const squares = mul(square(part), squareShare);
        const second = add(mul(state[secondMoment(name)]!, optimiser.beta2), squares);
        written[firstMoment(name)] = first;
        written[secondMoment(name)] = second;

        const direction = div(first, add(sqrt(second), epsilon)); // the update in units of `unit`
        const decaying = (step: Tensor, weight: Tensor | number) =>
          isDecayed(name, optimiser) ? add(step, mul(parameter, weight)) : step;
        if (isAdapted(name, optimiser)) {
          const update = decaying(mul(direction, unit), optimiser.weightDecay);
          const ratio = trustRatio(parameter, update, optimiser);
          ratios.push(ratio);
          written[name] = sub(parameter, mul(update, mul(rate, ratio)));
        } else {
          const step = decaying(mul(direction, mul(rate, unit)), mul(rate, optimiser.weightDecay));
          written[name] = sub(parameter, step);
        }
      }
      const outputs = ratios.length > 0 ? { trust_ratios: stack(ratios) } : {};
      return { state: written, outputs };
    },
  };
}

/**
 * Bias correction without a pass over the moments: `c m / (sqrt(d v) + e) = c / sqrt(d) m / (sqrt(v) + e / sqrt(d))`.
 * Source: Kingma and Ba, "Adam", 2015, section 2.
 */
function correctionsOf(
  inputs: Tensors,
  { biasCorrection, epsilon }: Optimiser,
): { readonly unit: Tensor; readonly epsilon: Tensor } {
  if (!biasCorrection) return { unit: scalarOf(1), epsilon: scalarOf(epsilon) };
  const root = sqrt(inputs["second_correction"]!);
  return { unit: div(inputs["first_correction"]!, root), epsilon: div(epsilon, root) };
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
