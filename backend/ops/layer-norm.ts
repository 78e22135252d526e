import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "./differentiable.ts";

/**
 * Normalises the last axis to mean 0 and variance 1, then scales and shifts it: `gamma * (x - mean) / sqrt(variance
 * + epsilon) + beta`, with `gamma` and `beta` of shape [x.shape.at(-1)].
 * Source: Ba, Kiros and Hinton, "Layer normalization", 2016.
 */
export function layerNorm(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  return differentiable(
    [x, gamma, beta],
    (x, gamma, beta) => {
      const centred = tf.sub(x, tf.mean(x, -1, true));
      const variance = tf.mean(tf.square(centred), -1, true);
      const inverse = tf.rsqrt(tf.add(variance, epsilon)); // [..., 1]
      const normal = tf.mul(centred, inverse);
      return { value: tf.add(tf.mul(normal, gamma), beta), saved: [normal, inverse, gamma] };
    },
    (dy, normal, inverse, gamma) => {
      const rows = dy!.shape.slice(0, -1).map((_, axis) => axis);
      const scaled = tf.mul(dy, gamma!);
      const along = tf.mean(tf.mul(scaled, normal!), -1, true);
      const centred = tf.sub(scaled, tf.mean(scaled, -1, true));
      return [
        tf.mul(tf.sub(centred, tf.mul(normal!, along)), inverse!),
        tf.sum(tf.mul(dy, normal!), rows),
        tf.sum(dy, rows),
      ];
    },
  );
}
