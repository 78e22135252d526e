import {
  add,
  clone,
  div,
  keep,
  mul,
  type NamedTensorMap,
  sqrt,
  square,
  sum,
  type Tensor,
  valueAndGrads,
} from "@tensorflow/tfjs-core";
import type {
  Precision,
  Program,
  TensorMap,
  TensorSpec,
  TensorSpecs,
  Tensors,
} from "../backend/backend.ts";
import { zeros } from "../backend/border.ts";

/** The resident name of a parameter's gradient. */
export function gradientName(parameter: string): string {
  return `gradient/${parameter}`;
}

/** The specs of `parameters` under other names. */
export function renamed(
  parameters: TensorSpecs,
  name: (parameter: string) => string,
): Record<string, TensorSpecs[string]> {
  return Object.fromEntries(
    Object.entries(parameters).map(([parameter, spec]) => [name(parameter), spec]),
  );
}

/** Zeros for every spec, and `values` where they are given: what a state begins with. */
export function initialState(specs: TensorSpecs, values: TensorMap): TensorMap {
  const named = Object.entries(specs).map(([name, spec]) => [name, values[name] ?? zeros(spec)]);
  return Object.fromEntries(named);
}

export interface GradientOptions {
  readonly accumulates?: boolean;
  readonly precision?: Precision;
}

const scalar: TensorSpec = { shape: [], dtype: "float32" };

/** What a loss function computes: the scalar to differentiate, and whatever else is worth knowing. */
export interface Loss {
  readonly loss: Tensor;
  readonly outputs: Tensors;
}

/**
 * A program that differentiates a loss: it reads the parameters, writes `gradient/<name>` for each of them, and
 * returns the loss function's outputs with `gradient_norm`, the norm of all gradients together, which is NaN or
 * infinite as soon as any one of them is. With `accumulates` it is also fed `kept`, by which the gradients that are
 * there are multiplied before its own are added: 0 for the first of several batches, 1 for the others. What is not a
 * finite number survives a 0: whoever meets it overwrites the gradients. In float16 it is fed `loss_scale`, by which the
 * loss is multiplied and the gradients are divided again, so that small ones do not vanish on the way.
 */
export function gradientProgram(
  name: string,
  parameters: TensorSpecs,
  inputs: TensorSpecs,
  loss: (parameters: Tensors, inputs: Tensors) => Loss,
  { accumulates = false, precision = "float32" }: GradientOptions = {},
): Program {
  const names = Object.keys(parameters);
  const isScaled = precision === "float16";
  return {
    name,
    precision,
    state: { ...parameters, ...renamed(parameters, gradientName) },
    inputs: {
      ...inputs,
      ...(accumulates && { kept: scalar }),
      ...(isScaled && { loss_scale: scalar }),
    },
    run(state, fed) {
      const kept: Record<string, Tensor> = {};
      const differentiate = valueAndGrads((...values: Tensor[]) => {
        const named = Object.fromEntries(names.map((name, index) => [name, values[index]!]));
        const result = loss(named, fed);
        // Kept, because leaving this function frees everything but its result.
        for (const [name, tensor] of Object.entries(result.outputs)) kept[name] = keep(tensor);
        return isScaled ? mul(result.loss, fed["loss_scale"]!) : result.loss;
      });
      const { grads } = differentiate(names.map((name) => state[name]!));
      const outputs: Record<string, Tensor> = {};
      for (const [name, tensor] of Object.entries(kept)) {
        outputs[name] = clone(tensor);
        tensor.dispose();
      }
      const written: NamedTensorMap = {};
      let squares: Tensor | undefined;
      for (const [index, name] of names.entries()) {
        const own = isScaled ? div(grads[index]!, fed["loss_scale"]!) : grads[index]!;
        const gradient = accumulates
          ? add(mul(state[gradientName(name)]!, fed["kept"]!), own)
          : own;
        written[gradientName(name)] = gradient;
        const total = sum(square(gradient));
        squares = squares === undefined ? total : add(squares, total);
      }
      return { state: written, outputs: { ...outputs, gradient_norm: sqrt(squares!) } };
    },
  };
}
