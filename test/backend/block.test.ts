import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import type { Tensors } from "../../backend/backend.ts";
import { block } from "../../backend/onnx/block.ts";
import { blockSize } from "../../backend/onnx/block-size.ts";
import { fuse } from "../../backend/onnx/fuse.ts";
import { fuseGelu } from "../../backend/onnx/fuse-gelu.ts";
import { topological } from "../../backend/onnx/graph.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { simplify } from "../../backend/onnx/simplify.ts";
import { trace } from "../../backend/onnx/trace.ts";
import { gelu } from "../../backend/ops.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import { expectClose, type Operands, runOnce, wave } from "./rig.ts";

const [M, K, N] = [320, 304, 352];
const operands: Operands = {
  a: wave([M, K]),
  b: wave([K, N], 1),
  c: wave([N, K], 2),
  d: wave([M, N], 3),
  wide: wave([M, 2 * N], 4),
  bias: wave([N], 5),
};

type Run = (tensors: Tensors) => tf.Tensor | Tensors;

/** The operations that a program is compiled to with blocks of 16. */
function operationsOf(run: Run): string[] {
  const inputs = Object.fromEntries(
    Object.entries(operands).map(([name, { shape }]) => [
      name,
      { shape, dtype: "float32" as const },
    ]),
  );
  const program = {
    name: "blocked",
    state: {},
    inputs,
    run: (_: Tensors, fed: Tensors) => {
      const result = run(fed);
      return {
        outputs: "dataId" in result ? { result: result as tf.Tensor } : (result as Tensors),
      };
    },
  };
  return topological(simplify(block(fuse(fuseGelu(simplify(trace(program, {})))), 16))).map(
    ({ op }) => op,
  );
}

const count = (operations: readonly string[], op: string) =>
  operations.filter((each) => each === op).length;

async function expectAsReference(run: Run): Promise<void> {
  const [compiled, reference] = [await onnxBackend({ threads: 2 }), await cpuBackend()];
  expectClose(
    await runOnce(compiled, operands, run),
    await runOnce(reference, operands, run),
    1e-5,
  );
}

describe("products in blocks", () => {
  /** How often the layout is changed, besides each operand's first change: once for each result, if all is well. */
  test.each<[string, Run, { products: number; back: number }]>([
    ["a b", ({ a, b }) => tf.matMul(a!, b!), { products: 1, back: 1 }],
    ["a c^T", ({ a, c }) => tf.matMul(a!, c!, false, true), { products: 1, back: 1 }],
    ["a^T d, the second wider", ({ a, d }) => tf.matMul(a!, d!, true), { products: 1, back: 1 }],
    ["d^T a, the first wider", ({ a, d }) => tf.matMul(d!, a!, true), { products: 1, back: 1 }],
    [
      "a bias and an activation between two products",
      ({ a, b, bias }) => {
        const hidden = tf.tanh(tf.mul(tf.add(tf.matMul(a!, b!), bias!), 1 / 100));
        return tf.matMul(tf.mul(hidden, tf.sigmoid(hidden)), b!, false, true);
      },
      { products: 2, back: 1 },
    ],
    [
      "GELU between two products, and its gradient",
      ({ a, b }) => {
        const run = (b: tf.Tensor) => {
          const hidden = gelu(tf.matMul(tf.div(a!, 100), b));
          return tf.matMul(hidden, b, false, true);
        };
        return tf.grad(run)(b!, tf.neg(a!));
      },
      { products: 4, back: 1 },
    ],
    [
      "a sum of weight gradients",
      ({ a, d, wide }) => {
        const half = tf.slice(wide!, [0, 0], [M, N]);
        const first = tf.matMul(d!, a!, true);
        return tf.add(first, tf.matMul(half, a!, true));
      },
      { products: 2, back: 1 },
    ],
    [
      "a sum with a matrix",
      ({ a, b, d }) => tf.add(tf.matMul(a!, b!), d!),
      { products: 1, back: 1 },
    ],
    [
      "what is used in blocks and as a matrix",
      ({ a, b }) => {
        const product = tf.matMul(a!, b!);
        const again = tf.matMul(product, b!, false, true);
        return { softmax: tf.softmax(product), again };
      },
      { products: 2, back: 2 },
    ],
    [
      "the sums of a bias's gradient and of squares",
      ({ a, b }) => {
        const product = tf.matMul(a!, b!);
        const squares = tf.square(product);
        return { columns: tf.sum(squares, 0), rows: tf.sum(squares, 1), all: tf.sum(squares) };
      },
      { products: 1, back: 1 },
    ],
  ])("%s", async (_, run, { products, back }) => {
    const operations = operationsOf(run);
    expect(count(operations, "BlockedProduct")).toBe(products);
    expect(count(operations, "Unblock")).toBe(back);
    await expectAsReference(run);
  });

  test.each<[string, Run]>([
    [
      "a small product",
      ({ a, b }) => tf.matMul(tf.slice(a!, [0, 0], [32, K]), tf.slice(b!, [0, 0], [K, 32])),
    ],
    [
      "one whose sums are over no whole blocks",
      ({ a, b }) => tf.matMul(tf.slice(a!, [0, 0], [M, 300]), tf.slice(b!, [0, 0], [300, N])),
    ],
    [
      "one whose columns are no whole blocks",
      ({ a, b }) => tf.matMul(a!, tf.slice(b!, [0, 0], [K, 350])),
    ],
    ["both transposed", ({ a, b }) => tf.matMul(b!, a!, true, true)],
  ])("not: %s", (_, run) => {
    expect(operationsOf(run)).not.toContain("BlockedProduct");
  });

  test.each<[string, Run, number]>([
    ["a matrix", ({ a, b, d }) => tf.add(d!, tf.matMul(a!, b!)), 1],
    ["a bias and a matrix", ({ a, b, bias, d }) => tf.add(tf.add(tf.matMul(a!, b!), bias!), d!), 1],
    [
      "other products and a matrix",
      ({ a, b, c, d, bias }) => {
        const first = tf.add(tf.add(tf.matMul(a!, b!), bias!), d!);
        return tf.add(tf.matMul(a!, c!, false, true), tf.add(tf.matMul(tf.neg(a!), b!), first));
      },
      3,
    ],
    [
      "two products with a bias each",
      ({ a, b, c, bias }) =>
        tf.add(tf.add(tf.matMul(a!, b!), bias!), tf.add(tf.matMul(a!, c!, false, true), bias!)),
      2,
    ],
  ])("what is added joins a product: %s", async (_, run, products) => {
    const operations = operationsOf(run);
    expect(count(operations, "BlockedProduct")).toBe(products);
    expect([count(operations, "Add"), count(operations, "Unblock")]).toEqual([0, 1]);
    await expectAsReference(run);
  });

  test("not a product that is wanted for itself, too", () => {
    const operations = operationsOf(({ a, b, bias, d }) => {
      const product = tf.add(tf.matMul(a!, b!), bias!);
      return { product, sum: tf.add(product, d!) };
    });
    expect(count(operations, "BlockedProduct")).toBe(1);
    expect(count(operations, "Add")).toBe(1);
  });

  test("the number of threads changes no bit", async () => {
    const run: Run = ({ a, b, d }) => {
      const product = tf.matMul(a!, b!);
      return { product, weights: tf.matMul(d!, a!, true), columns: tf.sum(product, 0) };
    };
    const results = await Promise.all(
      [1, 2].map(async (threads) => runOnce(await onnxBackend({ threads }), operands, run)),
    );
    expect(results[1]).toEqual(results[0]);
  });

  test("the size of a block is a processor's vector, or there are none", async () => {
    expect([1, 4, 8, 16, 32]).toContain(await blockSize());
  });
});
