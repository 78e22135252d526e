import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { Tensors } from "../../backend/backend.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import { DIFFERENTIABLE } from "./cases.ts";
import type { Operands } from "./rig.ts";

/** Step of the central differences: their error falls with its square, fp32's rounding grows with its inverse. */
const STEP = 4e-3;

beforeAll(async () => {
  await cpuBackend();
});

function tensors(operands: Operands): Tensors {
  return Object.fromEntries(
    Object.entries(operands).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
}

describe("gradients agree with central differences", () => {
  // Every element of every input is moved; a sum weighted at random would hide errors that cancel.
  test.each(DIFFERENTIABLE)("$name", ({ inputs, integers, run }) => {
    tf.tidy(() => {
      const fixed = tensors(integers ?? {});
      const weight = (size: number) =>
        tf.tensor1d(Array.from({ length: size }, (_, i) => Math.sin(i + 1)));
      const loss = (all: Tensors) => {
        const value = run(all);
        return tf.sum(tf.mul(tf.reshape(value, [value.size]), weight(value.size)));
      };
      const names = Object.keys(inputs);
      const given = tensors(inputs);
      const gradients = tf.grads((...values: tf.Tensor[]) =>
        loss({ ...fixed, ...Object.fromEntries(names.map((name, i) => [name, values[i]!])) }),
      )(names.map((name) => given[name]!));
      for (const [position, name] of names.entries()) {
        const { data, shape } = inputs[name]!;
        const exact = gradients[position]!.dataSync();
        const scale = Math.max(1, ...exact.map(Math.abs));
        for (let i = 0; i < data.length; i++) {
          const moved = (by: number) =>
            loss({
              ...fixed,
              ...given,
              [name]: tf.tensor(data.with(i, data[i]! + by), [...shape]),
            }).dataSync()[0]!;
          const slope = (moved(STEP) - moved(-STEP)) / (2 * STEP);
          const error = Math.abs(slope - exact[i]!) / scale;
          expect(error, `d ${name}[${i}]: ${exact[i]} or ${slope}`).toBeLessThan(4e-3);
        }
      }
    });
  });
});

test("the gradient of gather along an inner axis says what to do", () => {
  const x = tf.ones([2, 3]);
  const columns = (x: tf.Tensor) => tf.gather(x, tf.tensor1d([0], "int32"), 1);
  expect(() => tf.grad(columns)(x)).toThrow(/along axis 0 only: transpose first/);
});
