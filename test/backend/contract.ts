import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend, Program, TensorMap, TensorSpecs, Tensors } from "../../backend/backend.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import { DIFFERENTIABLE, KERNEL_CASES } from "./cases.ts";
import { expectClose, floats, runOnce, specsOf, wave } from "./rig.ts";

const pair = { shape: [2], dtype: "float32" } as const;

/** What every backend must do, compared with the plain JavaScript backend where numbers are at stake. */
export function backendContract(name: string, create: () => Promise<Backend>): void {
  describe(`${name} keeps the contract`, () => {
    let backend: Backend;
    let reference: Backend;
    beforeAll(async () => {
      backend = await create();
      reference = await cpuBackend();
    });
    afterAll(() => backend.dispose());

    const program = (
      run: Program["run"],
      inputs: TensorSpecs = { x: pair },
      state: TensorSpecs = { a: pair, b: pair },
    ): Program => ({ name: "test", state, inputs, run });

    async function stateOf(values: TensorMap = { a: floats(1, 2), b: floats(3, 4) }) {
      return backend.createState(specsOf(values), values);
    }

    describe("operations", () => {
      test.each(KERNEL_CASES)("$name", async ({ inputs, run }) => {
        const results = await runOnce(backend, inputs, run);
        expectClose(results, await runOnce(reference, inputs, run));
      });

      test.each(DIFFERENTIABLE)("$name and its gradient", async ({ inputs, integers, run }) => {
        const differentiated = (all: Tensors) => valueAndGradients(Object.keys(inputs), all, run);
        const fed = { ...inputs, ...integers };
        const results = await runOnce(backend, fed, differentiated);
        expectClose(results, await runOnce(reference, fed, differentiated));
      });
    });

    describe("state", () => {
      test("is what it was created with, and what is read is the reader's", async () => {
        const state = await stateOf();
        const read = await state.read();
        expect(read).toEqual({ a: floats(1, 2), b: floats(3, 4) });
        read["a"]!.fill(9);
        expect(await state.read(["a"])).toEqual({ a: floats(1, 2) });
      });

      test("does not change with the arrays that were written to it", async () => {
        const values = { a: floats(1, 2), b: floats(3, 4) };
        const state = await stateOf(values);
        const later = floats(5, 6);
        await state.write({ b: later });
        values.a.fill(9);
        later.fill(9);
        expect(await state.read()).toEqual({ a: floats(1, 2), b: floats(5, 6) });
      });

      test("begins with zeros where nothing is given", async () => {
        const specs = { a: pair, n: { shape: [3], dtype: "int32" } } as const;
        const state = await backend.createState(specs);
        expect(await state.read()).toEqual({ a: floats(0, 0), n: new Int32Array(3) });
        await state.write({ a: floats(1, 2) });
        expect(await state.read(["a"])).toEqual({ a: floats(1, 2) });
      });

      test("is read and replaced by a program, at every call", async () => {
        const state = await stateOf();
        const step = await backend.compile(
          program(({ a }, { x }) => ({
            state: { a: tf.add(a!, x!) },
            outputs: { before: a! },
          })),
          state,
        );
        expect(await step.run({ x: floats(1, 1) })).toEqual({ before: floats(1, 2) });
        expect(await step.run({ x: floats(1, 1) })).toEqual({ before: floats(2, 3) });
        expect(await state.read()).toEqual({ a: floats(3, 4), b: floats(3, 4) });
      });

      test("can be exchanged, kept and replaced by an input", async () => {
        const state = await stateOf({ a: floats(1, 2), b: floats(3, 4), c: floats(5, 6) });
        const step = await backend.compile(
          program(
            ({ a, b }, { x }) => ({ state: { a: b!, b: a!, c: x! }, outputs: {} }),
            { x: pair },
            { a: pair, b: pair },
          ),
          state,
        );
        const x = floats(7, 8);
        await step.run({ x });
        x.fill(0);
        expect(await state.read()).toEqual({ a: floats(3, 4), b: floats(1, 2), c: floats(7, 8) });
        await step.run({ x });
        expect(await state.read(["a", "b"])).toEqual({ a: floats(1, 2), b: floats(3, 4) });
        const keep = await backend.compile(
          program(({ a }) => ({ state: { a: a! }, outputs: {} })),
          state,
        );
        await keep.run({ x });
        expect(await state.read(["a"])).toEqual({ a: floats(1, 2) });
      });

      test("is read as it was before the call, even where it is replaced early", async () => {
        const n = 64;
        const spec = { shape: [n, n], dtype: "float32" } as const;
        const values = { w: Float32Array.from({ length: n * n }, (_, i) => Math.sin(i)) };
        const results = await Promise.all(
          [backend, reference].map(async (each) => {
            const state = await each.createState({ w: spec }, values);
            const step = await each.compile(
              {
                name: "hazard",
                state: { w: spec },
                inputs: { x: spec },
                run: ({ w }, { x }) => {
                  const slow = tf.matMul(tf.tanh(tf.matMul(w!, x!)), tf.transpose(w!));
                  return {
                    state: { w: tf.sub(w!, tf.mul(x!, 0.5)) },
                    outputs: { slow, mean: tf.mean(tf.reshape(w!, [n * n])) },
                  };
                },
              },
              state,
            );
            const x = Float32Array.from({ length: n * n }, (_, i) => Math.cos(i) / n);
            const outputs: TensorMap[] = [];
            for (let i = 0; i < 5; i++) outputs.push(await step.run({ x }));
            return [...outputs, await state.read()];
          }),
        );
        for (const [index, outputs] of results[0]!.entries())
          expectClose(outputs, results[1]![index]!);
      });

      test("serves several programs, of other names and inputs", async () => {
        const state = await stateOf();
        const double = await backend.compile(
          {
            name: "double",
            state: { a: pair },
            inputs: {},
            run: ({ a }) => ({ state: { a: tf.mul(a!, 2) }, outputs: {} }),
          },
          state,
        );
        const move = await backend.compile(
          {
            name: "move",
            state: { a: pair },
            inputs: {},
            run: ({ a }) => ({ state: { b: tf.neg(a!) }, outputs: { a: a! } }),
          },
          state,
        );
        await double.run({});
        await move.run({});
        await double.run({});
        expect(await move.run({})).toEqual({ a: floats(4, 8) });
        expect(await state.read()).toEqual({ a: floats(4, 8), b: floats(-4, -8) });
        await double.dispose();
        expect(await move.run({})).toEqual({ a: floats(4, 8) });
      });

      test("keeps integers", async () => {
        const state = await backend.createState(
          { step: { shape: [], dtype: "int32" } },
          { step: Int32Array.of(41) },
        );
        const next = await backend.compile(
          {
            name: "next",
            state: { step: { shape: [], dtype: "int32" } },
            inputs: {},
            run: ({ step }) => {
              const more = tf.add(step!, tf.scalar(1, "int32"));
              return { state: { step: more }, outputs: { more } };
            },
          },
          state,
        );
        expect(await next.run({})).toEqual({ more: Int32Array.of(42) });
        expect(await state.read()).toEqual({ step: Int32Array.of(42) });
      });
    });

    describe("outputs", () => {
      test("are the caller's, and may be inputs, equal to one another or constant", async () => {
        const state = await stateOf();
        const executable = await backend.compile(
          program((_, { x }) => {
            const sum = tf.add(x!, 1);
            return { outputs: { x: x!, sum, again: sum, input: x!, ones: tf.ones([2, 2]) } };
          }),
          state,
        );
        const x = floats(1, 2);
        const first = await executable.run({ x });
        const expected = {
          x: floats(1, 2),
          sum: floats(2, 3),
          again: floats(2, 3),
          input: floats(1, 2),
          ones: floats(1, 1, 1, 1),
        };
        expect(first).toEqual(expected);
        const kept = { ...first };
        for (const value of Object.values(first)) value.fill(7);
        expect(x).toEqual(floats(1, 2));
        expect(await executable.run({ x })).toEqual(expected);
        expect(kept["sum"]).toEqual(floats(7, 7));
      });

      test("may have the name of an input and of a state tensor", async () => {
        const state = await stateOf();
        const executable = await backend.compile(
          program(({ a, b }, { x }) => ({
            state: { a: tf.add(a!, b!) },
            outputs: { a: tf.add(a!, x!), x: tf.neg(x!) },
          })),
          state,
        );
        expect(await executable.run({ x: floats(1, 1) })).toEqual({
          a: floats(2, 3),
          x: floats(-1, -1),
        });
        expect(await state.read(["a"])).toEqual({ a: floats(4, 6) });
      });

      test("do not need every input, and inputs may be shared memory", async () => {
        const executable = await backend.compile(
          program((_, { x }) => ({ outputs: { x: tf.mul(x!, 2) } }), { x: pair, unused: pair }),
          await stateOf(),
        );
        const x = new Float32Array(new SharedArrayBuffer(8));
        x.set([1, 2]);
        expect(await executable.run({ x, unused: floats(0, 0) })).toEqual({ x: floats(2, 4) });
      });
    });

    describe("errors", () => {
      const double: Program["run"] = (_, { x }) => ({ outputs: { x: tf.mul(x!, 2) } });

      test.each<[string, TensorMap, RegExp]>([
        [
          "an unknown input",
          { x: floats(1, 2), y: floats(1) },
          /program "test".*"y".*expected "x"/,
        ],
        ["a missing input", {}, /"x" \(float32\[2\]\) is missing/],
        ["a wrong length", { x: floats(1) }, /"x" is float32\[2\], 2 elements; got 1/],
        ["a wrong type", { x: Int32Array.of(1, 2) }, /"x" must be Float32Array; got Int32Array/],
      ])("%s", async (_, inputs, message) => {
        const executable = await backend.compile(program(double), await stateOf());
        await expect(executable.run(inputs)).rejects.toThrow(message);
        expect(await executable.run({ x: floats(1, 2) })).toEqual({ x: floats(2, 4) });
      });

      test("a state that is read or written under a wrong name, type or length", async () => {
        const state = await stateOf();
        await expect(state.read(["c"])).rejects.toThrow(/no "c"; it holds "a", "b"/);
        await expect(state.write({ c: floats(1) })).rejects.toThrow(/no tensor named "c"/);
        await expect(state.write({ a: floats(1) })).rejects.toThrow(/2 elements; got 1/);
        await expect(backend.createState({ a: pair }, {})).rejects.toThrow(/"a".*is missing/);
      });

      test("a program that does not fit the state", async () => {
        const state = await stateOf();
        const wrong = { a: { shape: [3], dtype: "float32" } } as const;
        await expect(backend.compile(program(double, { x: pair }, wrong), state)).rejects.toThrow(
          /"a" is float32\[2\] in the state but float32\[3\] here/,
        );
        await expect(
          backend.compile(program(double, { x: pair }, { z: pair }), state),
        ).rejects.toThrow(/holds no "z"/);
        await expect(backend.compile(program(double, { a: pair }), state)).rejects.toThrow(
          /"a" names both a state tensor and an input/,
        );
      });

      test("a result that does not fit the state or the border", async () => {
        const bad = async (run: Program["run"]) => {
          const executable = await backend.compile(program(run), await stateOf());
          return executable.run({ x: floats(1, 2) });
        };
        await expect(
          bad((_, { x }) => ({ state: { a: tf.sum(x!) }, outputs: {} })),
        ).rejects.toThrow(/"a" is float32\[2\] in the state but float32\[\] here/);
        await expect(bad((_, { x }) => ({ state: { c: x! }, outputs: {} }))).rejects.toThrow(
          /holds no "c"/,
        );
        await expect(bad((_, { x }) => ({ outputs: { y: tf.greater(x!, 0) } }))).rejects.toThrow(
          /result "y" is bool; cast it/,
        );
      });

      test("another backend's state", async () => {
        const foreign = {
          specs: {},
          read: async () => ({}),
          write: async () => {},
          dispose: async () => {},
        };
        await expect(backend.compile(program(double), foreign)).rejects.toThrow(
          /another backend's/,
        );
      });
    });
  });
}

/** An operation's value and the gradients of a weighted sum of it, the weights all different. */
function valueAndGradients(
  names: readonly string[],
  all: Tensors,
  run: (tensors: Tensors) => tf.Tensor,
): Tensors {
  const inputs = names.map((name) => all[name]!);
  const value = run(all);
  const weights = tf.tensor(wave(value.shape, 9).data, value.shape);
  const gradients = tf.grads((...given: tf.Tensor[]) =>
    run({ ...all, ...Object.fromEntries(names.map((name, i) => [name, given[i]!])) }),
  )(inputs, weights);
  return { value, ...Object.fromEntries(names.map((name, i) => [`d ${name}`, gradients[i]!])) };
}
