import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Program, TensorSpecs, Tensors } from "../../backend/backend.ts";
import { fuse } from "../../backend/onnx/fuse.ts";
import { type Graph, type Operation, topological } from "../../backend/onnx/graph.ts";
import { inPlaceSafety } from "../../backend/onnx/in-place.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { lower, NAMES } from "../../backend/onnx/lower.ts";
import { simplify } from "../../backend/onnx/simplify.ts";
import { trace } from "../../backend/onnx/trace.ts";
import { TRACE_RULES } from "../../backend/onnx/trace-rules.ts";
import { AFTER } from "../../backend/ops/recomputed.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import { Message } from "../../lib/protobuf-writer.ts";
import { DIFFERENTIABLE, type DifferentiableCase, KERNEL_CASES } from "./cases.ts";
import { expectClose, type Operands, runOnce, wave } from "./rig.ts";

const matrix = { shape: [4, 4], dtype: "float32" } as const;
const vector = { shape: [4], dtype: "float32" } as const;
const specs: TensorSpecs = { w: matrix, v: matrix, bias: vector };

function traced(run: Program["run"]): Graph {
  return trace({ name: "traced", state: specs, inputs: { x: matrix }, run }, specs);
}

const operations = (graph: Graph): Operation[] =>
  topological(graph)
    .map(({ op }) => op)
    .filter((op) => op !== "Input");

describe("simplify", () => {
  test.each<[string, (x: tf.Tensor, tensors: Tensors) => tf.Tensor, Operation[]]>([
    ["x 1 + 0 - 0 is x", (x) => tf.sub(tf.add(tf.mul(x, tf.ones([4, 4])), 0), tf.zeros([4])), []],
    ["constants are folded", (x) => tf.add(x, tf.mul(tf.fill([4, 4], 2), 3)), ["Uniform", "Add"]],
    ["transposes that cancel go", (x) => tf.transpose(tf.transpose(x)), []],
    ["reshapes merge", (x) => tf.reshape(tf.reshape(x, [16]), [2, 8]), ["Reshape"]],
    ["reshapes that cancel go", (x) => tf.reshape(tf.tanh(tf.reshape(x, [16])), [4, 4]), ["Tanh"]],
    ["a product transposes by itself", (x, { w }) => tf.matMul(tf.transpose(x), w!), ["MatMul"]],
    [
      "a broadcast is left to its user",
      (x) => tf.add(x, tf.broadcastTo(tf.sum(x, 0), [4, 4])),
      ["Sum", "Reshape", "Add"],
    ],
    ["equal operations are one", (x) => tf.mul(tf.exp(x), tf.exp(x)), ["Exp", "Multiply"]],
    ["adding a negative subtracts", (x, { w }) => tf.add(x, tf.neg(w!)), ["Sub"]],
    ["a sum over nothing is a reshape", (x) => tf.sum(tf.reshape(x, [4, 1, 4]), 1), []],
  ])("%s", (_, run, expected) => {
    const graph = simplify(traced((state, { x }) => ({ outputs: { result: run(x!, state) } })));
    expect(operations(graph)).toEqual(expected);
  });

  test("constants that JSON cannot tell apart stay apart", () => {
    const graph = simplify(
      traced((_, { x }) => {
        const signs = [NaN, Infinity, -Infinity, 0, -0].map((value) => tf.div(x!, value));
        return { outputs: Object.fromEntries(signs.map((sign, index) => [index, sign])) };
      }),
    );
    expect(operations(graph).filter((op) => op === "RealDiv")).toHaveLength(5);
  });

  test("what no result needs is gone", () => {
    const graph = simplify(
      traced((_, { x }) => {
        tf.exp(x!);
        return { outputs: { x: tf.neg(x!) } };
      }),
    );
    expect(operations(graph)).toEqual(["Neg"]);
  });
});

describe("fuse", () => {
  test("a factor, a bias and the gradient so far go into products", () => {
    const graph = fuse(
      simplify(
        traced(({ w, v, bias }, { x }) => {
          const first = tf.add(tf.mul(tf.matMul(x!, w!), 0.5), bias!);
          return { outputs: { sum: tf.add(first, tf.matMul(x!, v!)) } };
        }),
      ),
    );
    expect(operations(graph).filter((op) => op !== "Uniform")).toEqual(["MatMul", "MatMul"]);
  });

  test("a product that is used twice stays as it is", () => {
    const graph = fuse(
      simplify(
        traced(({ w, bias }, { x }) => {
          const product = tf.matMul(x!, w!);
          return { outputs: { sum: tf.add(product, bias!), product } };
        }),
      ),
    );
    expect(operations(graph)).toEqual(["MatMul", "Add"]);
  });
});

describe("writing in place", () => {
  const isSafe = (run: Program["run"], name = "w") => {
    const model = lower(fuse(simplify(traced(run))));
    return inPlaceSafety(model)(NAMES.resident(name), NAMES.update(name));
  };

  test.each<[string, boolean, Program["run"]]>([
    ["elementwise", true, ({ w }, { x }) => ({ state: { w: tf.sub(w!, x!) }, outputs: {} })],
    [
      "after its norm was taken",
      true,
      ({ w }, { x }) => ({
        state: { w: tf.sub(w!, tf.mul(x!, tf.sqrt(tf.sum(tf.square(w!))))) },
        outputs: {},
      }),
    ],
    ["never read", true, (_, { x }) => ({ state: { w: tf.neg(x!) }, outputs: {} })],
    [
      "read by the product that makes it",
      false,
      ({ w }, { x }) => ({ state: { w: tf.matMul(w!, x!) }, outputs: {} }),
    ],
    [
      "read by an output",
      false,
      ({ w }, { x }) => ({ state: { w: tf.sub(w!, x!) }, outputs: { sum: tf.sum(w!) } }),
    ],
    [
      "read by an output through a reshape",
      false,
      ({ w }, { x }) => ({
        state: { w: tf.sub(w!, x!) },
        outputs: { sum: tf.sum(tf.reshape(w!, [2, 8]), 1) },
      }),
    ],
    ["exchanged", false, ({ w, v }) => ({ state: { w: v!, v: w! }, outputs: {} })],
    [
      "accumulated products",
      true,
      ({ w, v }, { x }) => ({ state: { w: tf.add(w!, tf.matMul(v!, x!)) }, outputs: {} }),
    ],
  ])("%s: %s", (_, expected, run) => {
    expect(isSafe(run)).toBe(expected);
  });
});

describe("trace", () => {
  test.each<[string, (x: tf.Tensor) => tf.Tensor, RegExp]>([
    [
      "reads a value",
      (x) => tf.mul(x, x.dataSync()[0]!),
      /program "traced" cannot be compiled: it reads a tensor's value/,
    ],
    [
      "an op without a rule",
      (x) => tf.cumsum(x),
      /program "traced" cannot be compiled: Kernel 'Cumsum'/,
    ],
    ["complex numbers", (x) => tf.real(tf.complex(x, x)), /program "traced" cannot be compiled/],
  ])("%s", (_, run, message) => {
    expect(() => traced((__, { x }) => ({ outputs: { y: run(x!) } }))).toThrow(message);
  });

  test("every kernel with a rule is in a case that is compared with the reference", async () => {
    const reference = await cpuBackend();
    const used = new Set<string>();
    for (const each of [...DIFFERENTIABLE, ...KERNEL_CASES]) {
      const integers: Operands = (each as DifferentiableCase).integers ?? {};
      await runOnce(reference, { ...each.inputs, ...integers }, (fed) => {
        const engine = tf.engine();
        const run = engine.runKernel.bind(engine);
        engine.runKernel = (name, inputs, attrs) => {
          used.add(name);
          return run(name, inputs, attrs);
        };
        try {
          return each.run(fed);
        } finally {
          engine.runKernel = run;
        }
      });
    }
    // Eager backends have no AFTER: test/backend/recomputed.test.ts.
    const tested = new Set([...used, AFTER]);
    expect(Object.keys(TRACE_RULES).filter((kernel) => !tested.has(kernel))).toEqual([]);
  });
});

describe("onnxruntime", () => {
  const ways = [1, 2] as const;
  beforeAll(() => {
    tf.enableProdMode();
  });

  test("the number of threads changes no bit", async () => {
    const inputs = {
      x: wave([96, 256]),
      w: wave([256, 512], 1),
      ids: { data: Int32Array.from({ length: 96 }, (_, i) => i % 3), shape: [96] },
    };
    const results = await Promise.all(
      ways.map(async (threads) => {
        const backend = await onnxBackend({ threads });
        return runOnce(backend, inputs, ({ x, w, ids }) => {
          const f = (x: tf.Tensor, w: tf.Tensor) => {
            const hidden = tf.tanh(tf.matMul(tf.gather(x, ids as tf.Tensor1D), w));
            return tf.sum(tf.square(tf.softmax(hidden)));
          };
          const { value, grads } = tf.valueAndGrads((x, w) => f(x!, w!))([x!, w!]);
          return { value, dx: grads[0]!, dw: grads[1]!, total: tf.sum(x!), columns: tf.sum(x!, 0) };
        });
      }),
    );
    expect(results[1]).toEqual(results[0]);
  });

  test("nor of a product, whatever its shape", async () => {
    const backends = await Promise.all([1, 2, 3].map((threads) => onnxBackend({ threads })));
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 48 }),
      terms: fc.integer({ min: 129, max: 900 }),
      columns: fc.integer({ min: 1, max: 140 }),
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
      addend: fc.constantFrom([], [1], ["columns"], ["rows", "columns"]),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ transposeA, transposeB, addend, ...sizes }) => {
        const { rows, terms, columns } = sizes;
        const operands = {
          a: wave(transposeA ? [terms, rows] : [rows, terms]),
          b: wave(transposeB ? [columns, terms] : [terms, columns], 1),
          addend: wave(addend.map((size) => (size === 1 ? 1 : sizes[size as "rows" | "columns"]))),
        };
        const product = ({ a, b, addend }: Tensors) =>
          tf.add(tf.matMul(a!, b!, transposeA, transposeB), addend!);
        const [one, ...others] = await Promise.all(
          backends.map((backend) => runOnce(backend, operands, product)),
        );
        for (const other of others) expect(other).toEqual(one);
        const reference = await runOnce(await cpuBackend(), operands, product);
        expectClose(one!, reference, 1e-4);
      }),
      { numRuns: 16, seed: 1 },
    );
  });

  // onnxruntime's ScatterND loses additions here in nearly every run.
  test("nor of sums of rows, which are those of exact numbers but for rounding", async () => {
    const backends = await Promise.all([1, 2, 3].map((threads) => onnxBackend({ threads })));
    const sizes = fc.record({
      rows: fc.integer({ min: 60, max: 1500 }),
      columns: fc.integer({ min: 1, max: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ rows, columns }) => {
        const x = wave([rows, columns]);
        const sums = ({ x }: Tensors) => tf.sum(x!, 0);
        const [one, ...others] = await Promise.all(
          backends.map((backend) => runOnce(backend, { x }, sums)),
        );
        for (const other of others) expect(other).toEqual(one);
        const exact = Float32Array.from({ length: columns }, (_, column) =>
          Array.from({ length: rows }, (_, row) => x.data[row * columns + column]!).reduce(
            (sum, value) => sum + value,
          ),
        );
        expectClose(one!, { result: exact }, 1e-5);
      }),
      { numRuns: 40, seed: 20_26 },
    );
  });

  test("rows of equal ids are all added up, in several threads too", async () => {
    const [rows, width] = [8192, 256];
    const x = { data: new Float32Array(rows * width).fill(1), shape: [rows, width] };
    const ids = { data: new Int32Array(rows), shape: [rows] };
    const backend = await onnxBackend({ threads: 2 });
    const { result } = await runOnce(backend, { x, ids }, ({ x, ids }) =>
      tf.unsortedSegmentSum(x!, ids as tf.Tensor1D, 2),
    );
    expect(result!.subarray(0, width)).toEqual(new Float32Array(width).fill(rows));
    expect(result!.subarray(width)).toEqual(new Float32Array(width));
  });

  test("an index out of range is an error, and the state stays as it was", async () => {
    const backend = await onnxBackend({ threads: 1 });
    const state = await backend.createState({ w: vector }, { w: new Float32Array(4) });
    const executable = await backend.compile(
      {
        name: "lookup",
        state: { w: vector },
        inputs: { ids: { shape: [1], dtype: "int32" } },
        run: ({ w }, { ids }) => ({
          state: { w: tf.add(w!, tf.gather(w!, ids as tf.Tensor1D)) },
          outputs: {},
        }),
      },
      state,
    );
    await expect(executable.run({ ids: Int32Array.of(4) })).rejects.toThrow(/lookup.*out of/s);
    expect(await state.read()).toEqual({ w: new Float32Array(4) });
  });

  test("what has been disposed says so", async () => {
    const backend = await onnxBackend({ threads: 1 });
    const state = await backend.createState({ w: vector }, { w: new Float32Array(4) });
    const executable = await backend.compile(
      {
        name: "gone",
        state: { w: vector },
        inputs: {},
        run: ({ w }) => ({ outputs: { w: tf.neg(w!) } }),
      },
      state,
    );
    await executable.dispose();
    await executable.dispose();
    await expect(executable.run({})).rejects.toThrow('program "gone" has been disposed');
    await backend.dispose();
    await expect(state.read()).rejects.toThrow(/disposed/);
  });
});

test("protobuf messages are encoded as the format's documentation shows", () => {
  const hex = (message: Message) => Buffer.from(message.finish()).toString("hex");
  expect(hex(new Message().integer(1, 150))).toBe("089601");
  expect(hex(new Message().string(2, "testing"))).toBe("120774657374696e67");
  expect(hex(new Message().message(3, new Message().integer(1, 150)))).toBe("1a03089601");
  expect(hex(new Message().integer(1, -2))).toBe("08feffffffffffffffff01");
  expect(hex(new Message().float(1, 1))).toBe("0d0000803f");
  expect(hex(new Message().bytes(16, new Uint8Array(200))).slice(0, 8)).toBe("8201c801");
});
