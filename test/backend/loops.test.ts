import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Backend, Program, TensorMap, Tensors } from "../../backend/backend.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { planOf } from "../../backend/onnx/loops/plan.ts";
import { simplify } from "../../backend/onnx/simplify.ts";
import { trace } from "../../backend/onnx/trace.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import { adaptedParameters } from "../../model/apply-program.ts";
import { albert } from "../../model/config.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { pretrainingPrograms } from "../../model/pretraining.ts";
import { expectClose, positive, wave } from "./rig.ts";

let compiled: Backend;
let eager: Backend;
beforeAll(async () => {
  compiled = await onnxBackend({ threads: 1 });
  eager = await cpuBackend();
});

type Run = Program["run"];
const RATE = { shape: [], dtype: "float32" } as const;

function programOf(state: TensorMap, run: Run): Program {
  const specs = Object.entries(state).map(([name, { length }]) => [
    name,
    { shape: [length], dtype: "float32" as const },
  ]);
  return { name: "test", state: Object.fromEntries(specs), inputs: { rate: RATE }, run };
}

const plannedOf = (program: Program) => planOf(simplify(trace(program, program.state)));

/** What a program leaves in the state after two runs, and hands back at the second. */
async function ran(backend: Backend, initial: TensorMap, run: Run) {
  const program = programOf(initial, run);
  const state = await backend.createState(program.state, initial);
  const executable = await backend.compile(program, state);
  const inputs = { rate: Float32Array.of(0.3) };
  await executable.run(inputs);
  const outputs = await executable.run(inputs);
  return { state: await state.read(), outputs };
}

/** Both backends' results of a program that becomes loops. */
async function both(initial: TensorMap, run: Run) {
  expect(plannedOf(programOf(initial, run))).toBeDefined();
  return { loops: await ran(compiled, initial, run), expected: await ran(eager, initial, run) };
}

const filled = (length: number, phase: number) => wave([length], phase).data as Float32Array;

/** Around the lanes of a vector and the elements that are computed at once. */
const LENGTHS = [2, 3, 4, 5, 7, 8191, 8192, 8193, 8197, 20_001];

const STEPS: readonly ((a: tf.Tensor, b: tf.Tensor, rate: tf.Tensor) => tf.Tensor)[] = [
  (a, b) => tf.add(a, b),
  (a, b) => tf.sub(a, b),
  (a, b) => tf.mul(a, b),
  (a, b) => tf.div(a, tf.add(tf.square(b), 0.5)),
  (a) => tf.sqrt(tf.abs(a)),
  (a) => tf.neg(a),
  (a, _, rate) => tf.mul(a, rate),
  (a, _, rate) => tf.sub(tf.sqrt(rate), a),
  (a) => tf.reshape(tf.square(tf.reshape(a, [-1, 1])), a.shape),
];

test("what is computed element by element has the bits of other backends", async () => {
  const instruction = fc.record({
    step: fc.nat(STEPS.length - 1),
    a: fc.nat(30),
    b: fc.nat(30),
  });
  const code = fc.array(instruction, { minLength: 3, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(code, fc.constantFrom(...LENGTHS), async (code, length) => {
      const initial = { x: filled(length, 0), y: filled(length, 1), z: filled(length, 2) };
      const { loops, expected } = await both(initial, (state, { rate }) => {
        const values = [state["x"]!, state["y"]!, state["z"]!];
        for (const { step, a, b } of code)
          values.push(STEPS[step]!(values[a % values.length]!, values[b % values.length]!, rate!));
        const [x, z] = values.slice(-2);
        return { state: { x: tf.add(x!, state["y"]!), z: z! }, outputs: {} };
      });
      for (const name of ["x", "y", "z"])
        expect(
          Buffer.from(loops.state[name]!.buffer).equals(Buffer.from(expected.state[name]!.buffer)),
        ).toBe(true);
    }),
    { numRuns: 60, seed: 20_26 },
  );
});

test.each(LENGTHS)("sums that need other sums: %i elements", async (length) => {
  const initial = {
    x: positive([length]).data as Float32Array,
    y: positive([length], 1).data as Float32Array,
    one: Float32Array.of(0.25),
  };
  const { loops, expected } = await both(initial, ({ x, y, one }, { rate }) => {
    // Of what is not there this would be NaN.
    const size = tf.sum(tf.div(tf.sqrt(x!), x!));
    const step = tf.mul(y!, tf.div(rate!, size));
    const ratio = tf.where(
      tf.greater(tf.norm(step), 0),
      tf.div(tf.norm(x!), tf.norm(step)),
      tf.scalar(1),
    );
    return {
      state: { x: tf.sub(x!, tf.mul(step, tf.mul(ratio, 0.01))), one: tf.mul(one!, rate!) },
      outputs: { ratios: tf.stack([size, tf.reshape(one!, []), ratio]), ratio },
    };
  });
  expectClose(loops.state, expected.state, 1e-5);
  expectClose(loops.outputs, expected.outputs, 1e-4);
});

test("tensors that take each other's place are read before they are written", async () => {
  const initial = { x: filled(9000, 0), y: filled(9000, 1), z: filled(9000, 2) };
  const { loops, expected } = await both(initial, ({ x, y, z }) => ({
    state: { x: y!, y: z!, z: tf.neg(x!) },
    outputs: {},
  }));
  expect(loops.state).toEqual(expected.state);
});

describe("which programs become loops", () => {
  const config = { ...albert("tiny", { numHiddenLayers: 1, sharing: "none" }), vocabSize: 50 };
  const shape = { batchSize: 2, sequenceLength: 8, maskedPositions: 2 };
  const programsWith = (optimiser: object) =>
    pretrainingPrograms(config, shape, optimiserSchema.parse(optimiser));

  test.each([
    { name: "adamw" },
    { name: "adamw", biasCorrection: true },
    { name: "lamb" },
    { name: "lamb", biasCorrection: true, maxParameterNorm: 10, trustRatioRange: [0.1, 10] },
  ])("every optimiser's update: %j", (options) => {
    const { apply, parameters } = programsWith(options);
    const plan = plannedOf(apply)!;
    expect(plan.updates.flatMap(({ names }) => names)).toHaveLength(
      3 * Object.keys(parameters).length,
    );
    expect(plan.updates).toHaveLength(Object.keys(parameters).length);
    const adapted = adaptedParameters(parameters, optimiserSchema.parse(options));
    expect(plan.sums).toHaveLength(adapted.length);
  });

  test.each<[string, (x: Tensors) => Tensors]>([
    [
      "sums of rows",
      ({ x }) => ({ x: tf.reshape(tf.tile(tf.sum(tf.reshape(x!, [4, 4]), 0), [4]), [16]) }),
    ],
    [
      "products",
      ({ x }) => ({
        x: tf.reshape(tf.matMul(tf.reshape(x!, [4, 4]), tf.reshape(x!, [4, 4])), [16]),
      }),
    ],
    ["functions without a loop", ({ x }) => ({ x: tf.tanh(x!) })],
    ["nothing new", () => ({})],
  ])("not %s", (_, run) => {
    const state = { x: filled(16, 0) };
    expect(plannedOf(programOf(state, (x) => ({ state: run(x), outputs: {} })))).toBeUndefined();
  });

  test("nor a gradients' program", () => {
    expect(plannedOf(programsWith({ name: "adamw" }).gradients)).toBeUndefined();
  });
});
