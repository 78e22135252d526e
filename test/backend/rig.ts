import type { Tensor } from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import type {
  Backend,
  TensorData,
  TensorMap,
  TensorSpecs,
  Tensors,
} from "../../backend/backend.ts";

/** Values with their shape: what a case is written in. */
export interface Operand {
  readonly data: TensorData;
  readonly shape: readonly number[];
}
export type Operands = Readonly<Record<string, Operand>>;

export const floats = (...values: number[]) => Float32Array.from(values);

/** Floats of a shape in (-1.2, 1.2), all different, the same at every call. */
export function wave(shape: readonly number[], phase = 0): Operand {
  const length = shape.reduce((product, size) => product * size, 1);
  const value = (_: unknown, i: number) => 1.2 * Math.sin(1.7 * i + 0.37 * (phase + 1) + (i % 7));
  return { data: Float32Array.from({ length }, value), shape };
}

/** Floats of a shape in (0.3, 2.7). */
export function positive(shape: readonly number[], phase = 0): Operand {
  return { data: wave(shape, phase).data.map((value) => 1.5 + value) as Float32Array, shape };
}

/** Integers of a shape. */
export const integers = (shape: readonly number[], ...values: number[]): Operand => ({
  data: Int32Array.from(values),
  shape,
});

/** Specs of flat tensors. */
export function specsOf(values: TensorMap): TensorSpecs {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      { shape: [value.length], dtype: value instanceof Float32Array ? "float32" : "int32" },
    ]),
  );
}

/** Runs a function of tensors as a program, once, on a state of its own. */
export async function runOnce(
  backend: Backend,
  operands: Operands,
  run: (tensors: Tensors) => Tensor | Tensors,
): Promise<TensorMap> {
  const inputs: TensorSpecs = Object.fromEntries(
    Object.entries(operands).map(([name, { data, shape }]) => [
      name,
      { shape, dtype: data instanceof Float32Array ? "float32" : "int32" },
    ]),
  );
  const state = await backend.createState({}, {});
  const executable = await backend.compile(
    {
      name: "once",
      state: {},
      inputs,
      run: (_, fed) => {
        const result = run(fed);
        const outputs = "dataId" in result ? { result: result as Tensor } : (result as Tensors);
        return { outputs };
      },
    },
    state,
  );
  const fed = Object.fromEntries(Object.entries(operands).map(([name, { data }]) => [name, data]));
  const results = await executable.run(fed);
  await executable.dispose();
  return results;
}

/** Equal integers, and floats equal to a few units of fp32's last place of the largest value beside them. */
export function expectClose(actual: TensorMap, expected: TensorMap, tolerance = 2e-6): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, wanted] of Object.entries(expected)) {
    const got = actual[name]!;
    expect(got.length, name).toBe(wanted.length);
    if (wanted instanceof Int32Array) {
      expect(got, name).toEqual(wanted);
      continue;
    }
    const scale = Math.max(1, ...wanted.map(Math.abs).filter(Number.isFinite));
    for (const [index, value] of wanted.entries()) {
      const close =
        Object.is(value, got[index]) || Math.abs(got[index]! - value) <= tolerance * scale;
      if (!close) expect.fail(`${name}[${index}]: expected ${value}, got ${got[index]}`);
    }
  }
}
