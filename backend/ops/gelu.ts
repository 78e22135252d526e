import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "./differentiable.ts";

/** 2 sqrt(2 / pi): with it 0.5 (1 + tanh(v / 2)) is sigmoid(v), one pass fewer than by tanh. */
export const SLOPE = 2 * Math.sqrt(2 / Math.PI);
/** What x^3 has in v, where x has `SLOPE`. */
export const CUBIC = 0.044715 * SLOPE;

/**
 * Gaussian error linear unit by its tanh approximation, `0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`, as
 * BERT and ALBERT use it. Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016.
 */
export function gelu(x: tf.Tensor): tf.Tensor {
  return differentiable(
    [x],
    (x) => {
      const inner = tf.mul(x, tf.add(tf.mul(tf.square(x), CUBIC), SLOPE));
      const gate = tf.sigmoid(inner);
      const value = tf.mul(x, gate);
      return { value, saved: [x, gate, value] };
    },
    (dy, x, gate, value) => {
      const slope = tf.add(tf.mul(tf.square(x!), 3 * CUBIC), SLOPE); // d inner / dx
      const bend = tf.mul(tf.mul(value!, tf.sub(1, gate!)), slope);
      return [tf.mul(dy, tf.add(gate!, bend))];
    },
  );
}

/** Gaussian error linear unit, exact: `x Phi(x)` with `Phi` the standard normal distribution function. */
export function geluErf(x: tf.Tensor): tf.Tensor {
  return differentiable(
    [x],
    (x) => {
      const gate = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5); // Phi(x)
      return { value: tf.mul(x, gate), saved: [x, gate] };
    },
    (dy, x, gate) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(x!), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return [tf.mul(dy, tf.add(gate!, tf.mul(x!, density)))];
    },
  );
}
