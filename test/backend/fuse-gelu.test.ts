import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend, Tensors } from "../../backend/backend.ts";
import { fuseGelu } from "../../backend/onnx/fuse-gelu.ts";
import { topological } from "../../backend/onnx/graph.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { simplify } from "../../backend/onnx/simplify.ts";
import { trace } from "../../backend/onnx/trace.ts";
import { gelu } from "../../backend/ops.ts";
import { floats, runOnce, wave } from "./rig.ts";

type Run = (x: tf.Tensor, dy: tf.Tensor) => Tensors;

/** How often each operation is in what a program is compiled to. */
function operationsOf(run: Run): Record<string, number> {
  const spec = { shape: [4, 8], dtype: "float32" } as const;
  const program = {
    name: "gelu",
    state: {},
    inputs: { x: spec, dy: spec },
    run: (_: Tensors, { x, dy }: Tensors) => ({ outputs: run(x!, dy!) }),
  };
  const counts: Record<string, number> = {};
  for (const { op } of topological(fuseGelu(simplify(trace(program, {})))))
    counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

const slope = (x: tf.Tensor, dy: tf.Tensor) => tf.grad((x) => gelu(x))(x, dy);

describe("GELU is one operation", () => {
  test("where no gradient is wanted, and x is left as it is", () => {
    const operations = operationsOf((x) => ({ y: gelu(x) }));
    expect(operations).toEqual({ Input: 1, FastGelu: 1 });
  });

  test("and its gradient is made of x and itself, after what it is multiplied by", () => {
    const operations = operationsOf((x, dy) => {
      const value = tf.exp(x);
      return { y: gelu(value), dx: slope(value, dy) };
    });
    expect(operations).toMatchObject({ FastGelu: 1, RealDiv: 1, After: 1, Square: 1 });
    expect(operations["Sigmoid"]).toBeUndefined();
  });

  test("but not where the share that passes is wanted for itself", () => {
    const operations = operationsOf((x) => {
      const inner = tf.mul(x, tf.add(tf.mul(tf.square(x), 0.1), 1));
      return { y: tf.mul(x, tf.sigmoid(inner)) };
    });
    expect(operations).toMatchObject({ Sigmoid: 1 });
    const shared = operationsOf((x) => {
      const y = gelu(x);
      const SLOPE = 2 * Math.sqrt(2 / Math.PI);
      const inner = tf.mul(x, tf.add(tf.mul(tf.square(x), 0.044715 * SLOPE), SLOPE));
      return { y, gate: tf.neg(tf.sigmoid(inner)) };
    });
    expect(shared).toMatchObject({ Sigmoid: 1, Neg: 1 });
    expect(shared["FastGelu"]).toBeUndefined();
  });

  test("nor with a gradient where x is a result, which has to be exact", () => {
    const operations = operationsOf((x, dy) => {
      const value = tf.exp(x);
      return { value, y: gelu(value), dx: slope(value, dy) };
    });
    expect(operations).toMatchObject({ Sigmoid: 1 });
  });
});

describe("in numbers", () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await onnxBackend({ threads: 2 });
  });
  afterAll(() => backend.dispose());

  const inner = (x: number) => 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
  const share = (x: number) => 1 / (1 + Math.exp(-inner(x)));
  const bend = (x: number) =>
    x * share(x) * (1 - share(x)) * 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x ** 2);
  const extremes = [0, 0.5, 1, 3, 6, 12, 100, 1e4, 1e-3, 1e-10, 1e-30, 1e-36, 1e-38, 1e-45];
  const x = floats(...extremes, ...extremes.map((value) => -value), ...wave([2000]).data);
  const operands = {
    x: { data: x, shape: [x.length] },
    dy: { data: new Float32Array(x.length).fill(1), shape: [x.length] },
  };

  test("value and gradient are those of the formula, at 0 and far from it too", async () => {
    const { y, dx } = await runOnce(backend, operands, ({ x, dy }) => {
      // A sum is what x is in a model.
      const value = tf.add(x!, tf.mul(dy!, 0));
      return { y: gelu(value), dx: slope(value, dy!) };
    });
    for (const [index, value] of x.entries()) {
      const scale = Math.max(1, Math.abs(value));
      expect(Math.abs(y![index]! - value * share(value)) / scale, `gelu(${value})`).toBeLessThan(
        3e-7,
      );
      expect(Math.abs(dx![index]! - share(value) - bend(value)), `slope at ${value}`).toBeLessThan(
        2e-6,
      );
    }
    expect(dx![0]).toBe(0.5);
  });
});
