import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, test } from "vitest";
import type { Backend, Tensors } from "../../backend/backend.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import { expectClose, runOnce, wave } from "./rig.ts";

let compiled: Backend;
let eager: Backend;
beforeAll(async () => {
  compiled = await onnxBackend({ threads: 1 });
  eager = await cpuBackend();
});

/** Steps that keep a square matrix one and its elements small, chosen to meet every rewriting rule. */
const STEPS: readonly ((a: tf.Tensor, b: tf.Tensor) => tf.Tensor)[] = [
  (a, b) => tf.tanh(tf.add(a, b)),
  (a, b) => tf.mul(a, tf.sigmoid(b)),
  (a, b) => tf.tanh(tf.matMul(a, b)),
  (a, b) => tf.tanh(tf.matMul(tf.transpose(a), b, false, true)),
  (a, b) => tf.tanh(tf.add(b, tf.mul(tf.matMul(a, b, true), 0.25))),
  (a, b) => tf.tanh(tf.add(tf.sub(tf.mul(a, tf.ones([4, 4])), tf.zeros([4, 4])), b)),
  (a) => tf.transpose(a),
  (a) => tf.reshape(tf.square(tf.reshape(a, [2, 8])), [4, 4]),
  (a, b) => tf.reshape(tf.add(tf.reshape(a, [16]), tf.reshape(b, [16])), [4, 4]),
  (a, b) => tf.add(a, tf.sum(b, 0)),
  (a, b) => tf.sub(tf.mean(a, 1, true), b),
  (a) => tf.softmax(a),
  (a, b) => tf.maximum(a, tf.neg(tf.neg(b))),
  (a) => tf.concat([tf.slice(a, [0, 0], [4, 1]), tf.slice(a, [0, 1], [4, 3])], 1),
  (a, b) => tf.div(a, tf.add(tf.square(b), 1)),
  (a, b) => tf.where(tf.greater(a, b), a, tf.mul(b, 0.5)),
  (a) => tf.mul(tf.squeeze(tf.matMul(tf.expandDims(a, 0), tf.ones([1, 4, 4])), [0]), 0.25),
  (a) => tf.pow(tf.abs(a), 2),
];

test("a random program and its gradient are the same compiled and eager", async () => {
  const instruction = fc.record({
    step: fc.nat(STEPS.length - 1),
    a: fc.nat(30),
    b: fc.nat(30),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(instruction, { minLength: 1, maxLength: 12 }), async (code) => {
      const run = ({ x, y }: Tensors): Tensors => {
        const f = (x: tf.Tensor, y: tf.Tensor) => {
          const values = [x, y];
          for (const { step, a, b } of code)
            values.push(STEPS[step]!(values[a % values.length]!, values[b % values.length]!));
          // Every value counts, so that what shares a subexpression is differentiated through it twice.
          return values.reduce((sum, value) => tf.add(sum, tf.mean(value)), tf.scalar(0));
        };
        const { value, grads } = tf.valueAndGrads((x, y) => f(x!, y!))([x!, y!]);
        return { value, dx: grads[0]!, dy: grads[1]! };
      };
      const inputs = { x: wave([4, 4]), y: wave([4, 4], 4) };
      expectClose(await runOnce(compiled, inputs, run), await runOnce(eager, inputs, run), 2e-5);
    }),
    { numRuns: 60, seed: 20_26 },
  );
});
