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
      return { value: tf.matMul(weights, value), saved: [query, key, value, weights] };
    },
    (dy, query, key, value, weights) => {
      const dWeighted = tf.mul(tf.matMul(dy, value!, false, true), weights!);
      const total = tf.sum(dWeighted, -1, true);
      const dScores = tf.mul(tf.sub(dWeighted, tf.mul(weights!, total)), scale);
      return [
        tf.matMul(dScores, key!),
        tf.matMul(dScores, query!, true, false),
        tf.matMul(weights!, dy, true, false),
      ];
    },
  );
}
