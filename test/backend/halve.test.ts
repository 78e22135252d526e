import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend, Tensors } from "../../backend/backend.ts";
import { type Graph, topological } from "../../backend/onnx/graph.ts";
import { halve } from "../../backend/onnx/halve.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { simplify } from "../../backend/onnx/simplify.ts";
import { trace } from "../../backend/onnx/trace.ts";
import { layerNorm } from "../../backend/ops.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import type { albert } from "../../model/config.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { distance, small, trained } from "./albert-rig.ts";

const matrix = { shape: [4, 4], dtype: "float32" } as const;
const vector = { shape: [4], dtype: "float32" } as const;
const specs = { w: matrix, v: matrix, bias: vector };

function halved(run: (tensors: Tensors) => tf.Tensor): Graph {
  const program = {
    name: "halved",
    state: specs,
    inputs: { x: matrix },
    run: (state: Tensors, { x }: Tensors) => ({ outputs: { y: run({ ...state, x: x! }) } }),
  };
  return simplify(halve(simplify(trace(program, specs))));
}

/** Operations with their types, casts and inputs left out. */
const typed = (graph: Graph) =>
  topological(graph)
    .filter(({ op }) => !["Input", "Cast", "Uniform"].includes(op))
    .map(({ op, dtype }) => `${op} ${dtype}`);

test.each<[string, (tensors: Tensors) => tf.Tensor, string[]]>([
  [
    "products, their biases and sums",
    ({ x, w, v, bias }) => tf.add(tf.add(tf.matMul(x!, w!), bias!), tf.matMul(x!, v!)),
    ["MatMul float16", "Add float16", "MatMul float16", "Add float16"],
  ],
  [
    "changes of shape and constant factors between products",
    ({ x, w }) =>
      tf.matMul(tf.reshape(tf.mul(tf.reshape(tf.matMul(x!, w!), [2, 8]), 3), [4, 4]), w!),
    ["MatMul float16", "Multiply float16", "MatMul float16"],
  ],
  [
    "no function of a product that is not linear",
    ({ x, w }) => tf.matMul(tf.tanh(tf.matMul(x!, w!)), w!),
    ["MatMul float16", "Tanh float32", "MatMul float16"],
  ],
  [
    "no sum with what was float32",
    ({ x, w }) => tf.add(tf.matMul(x!, w!), x!),
    ["MatMul float16", "Add float32"],
  ],
  [
    "no sum over elements",
    ({ x, w }) => tf.sum(tf.matMul(x!, w!)),
    ["MatMul float16", "Sum float32"],
  ],
  [
    "no constants that float16 does not hold",
    ({ x, w }) => tf.matMul(tf.maximum(tf.matMul(x!, w!), -1e9), w!),
    ["MatMul float16", "Maximum float32", "MatMul float16"],
  ],
  [
    "nothing where there is no product",
    ({ x }) => tf.neg(tf.add(x!, 1)),
    ["Add float32", "Neg float32"],
  ],
])("in float16 are computed: %s", (_, run, expected) => {
  expect(typed(halved(run))).toEqual(expected);
});

test("a layer norm of a product is float32 throughout", () => {
  const graph = halved(({ x, w, bias, v }) =>
    layerNorm(tf.matMul(x!, w!), bias!, tf.slice(tf.reshape(v!, [16]), 0, 4), 1e-5),
  );
  expect(typed(graph).filter((each) => each.endsWith("float16"))).toEqual(["MatMul float16"]);
});

test("a dropout mask is made in the precision of what it is multiplied with", () => {
  const graph = halved(({ x, w }) => {
    const kept = tf.mul(tf.cast(tf.greater(x!, 0), "float32"), 2);
    return tf.matMul(tf.mul(tf.matMul(x!, w!), kept), w!);
  });
  expect(typed(graph)).toEqual([
    "MatMul float16",
    "Greater bool",
    "Multiply float16",
    "Multiply float16",
    "MatMul float16",
  ]);
});

describe("ALBERT in float16", () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await onnxBackend({ threads: 2 });
  });
  afterAll(() => backend.dispose());
  const optimiser = optimiserSchema.parse({ name: "adamw", epsilon: 1e-6 });

  test.each<[string, number, Parameters<typeof albert>[1], boolean]>([
    ["shared layers", 20, {}, false],
    ["dropout, recomputed", 3, { hiddenDropoutProb: 0.1, attentionProbsDropoutProb: 0.1 }, true],
    ["nothing shared", 3, { sharing: "none", hiddenAct: "gelu" }, false],
  ])("%s: the gradient and %d steps follow float32's", async (_, steps, changes, recompute) => {
    const config = small(changes);
    const half = await trained(backend, config, optimiser, steps, {
      precision: "float16",
      recompute,
    });
    const full = await trained(backend, config, optimiser, steps, { recompute });
    const difference = distance(half.gradients, full.gradients);
    expect(difference).toBeLessThan(1e-3);
    expect(difference).toBeGreaterThan(1e-5); // or nothing was rounded
    for (const [index, loss] of full.losses.entries())
      expect(Math.abs(half.losses[index]! - loss)).toBeLessThan(5e-4 * loss);
  });

  test("a scale that is too large shows in the gradient's norm, not in the losses", async () => {
    const config = small();
    const options = { precision: "float16", lossScale: 2 ** 30 } as const;
    const { losses, gradientNorms } = await trained(backend, config, optimiser, 1, options);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(gradientNorms.every(Number.isFinite)).toBe(false);
  });

  test("without a scale, gradients that float16 cannot hold become 0", async () => {
    const config = small();
    const at = (lossScale: number) =>
      trained(backend, config, optimiser, 1, { precision: "float16", lossScale });
    const tiny = await at(2 ** -20);
    const full = await trained(backend, config, optimiser, 1);
    expect(distance(tiny.gradients, full.gradients)).toBeGreaterThan(0.1);
  });

  test("is refused by backends that have none", async () => {
    const cpu = await cpuBackend();
    await expect(trained(cpu, small(), optimiser, 1, { precision: "float16" })).rejects.toThrow(
      /program "pretraining-gradients" is of float16: the backend "cpu" has float32/,
    );
  });
});
