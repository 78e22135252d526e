import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "./differentiable.ts";

/**
 * Scaled dot-product attention, `softmax(scale * query key^T + maskBias) value`: query, key and value [B, h, T, d],
 * maskBias [B, 1, 1, T] (0 to attend, very negative not to; it gets no gradient), result [B, h, T, d].
 * Source: Vaswani et al., "Attention is all you need", 2017.
 */
export function attention(
  query: tf.Tensor,
  key: tf.Tensor,
  value: tf.Tensor,
  maskBias: tf.Tensor,
  scale: number,
): tf.Tensor {
  return differentiable(
    [query, key, value],
    (query, key, value) => {
      const scores = tf.mul(tf.matMul(query, key, false, true), scale); // [B, h, T, T]
      const weights = tf.softmax(tf.add(scores, maskBias));
      const attended = tf.matMul(weights, value);
      return { value: attended, saved: [query, key, value, weights, attended] };
    },
    (dy, query, key, value, weights, attended) => {
      // The sum of a row of weights times its gradients, over d instead of T.
      const total = tf.sum(tf.mul(dy, attended!), -1, true);
      const dScores = tf.mul(weights!, tf.sub(tf.matMul(dy, value!, false, true), total));
      return [
        tf.mul(tf.matMul(dScores, key!), scale),
        tf.mul(tf.matMul(dScores, query!, true, false), scale),
        tf.matMul(weights!, dy, true, false),
      ];
    },
  );
}
