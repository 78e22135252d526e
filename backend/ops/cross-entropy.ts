import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "./differentiable.ts";

/** Cross-entropy in nats, [N], of logits [N, C] with int32 labels [N] in [0, C). */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const [count, classes] = logits.shape as [number, number];
  const positions = tf.add(
    tf.mul(tf.range(0, count, 1, "int32"), tf.scalar(classes, "int32")),
    labels,
  );
  return differentiable(
    [logits],
    (logits) => {
      const shifted = tf.sub(logits, tf.max(logits, -1, true));
      const powers = tf.exp(shifted);
      const total = tf.sum(powers, -1, true); // [N, 1]
      const chosen = tf.gather(tf.reshape(shifted, [count * classes]), positions as tf.Tensor1D);
      return {
        value: tf.sub(tf.log(tf.reshape(total, [count])), chosen),
        saved: [powers, total, labels],
      };
    },
    (dy, powers, total, labels) => {
      const weight = tf.reshape(dy, [count, 1]);
      const target = tf.oneHot(labels!, classes, 1, 0, "float32");
      return [tf.sub(tf.mul(powers!, tf.div(weight, total!)), tf.mul(target, weight))];
    },
  );
}

/** 1 where the largest of the logits [N, C] is at the int32 label [N] (the first of equals), else 0: [N], no gradient. */
export function argMaxEquals(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  return tf.cast(tf.equal(tf.argMax(logits, -1), labels), "float32");
}
