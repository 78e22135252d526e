import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "./differentiable.ts";

/**
 * Rows of a table [V, E] by int32 ids of any shape, [...ids.shape, E]; ids must lie in [0, V). The gradient adds
 * up the rows of equal ids.
 */
export function gatherRows(table: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  const [rows, width] = table.shape as [number, number];
  const flat = tf.reshape(ids, [ids.size]) as tf.Tensor1D;
  return differentiable(
    [table],
    (table) => ({
      value: tf.reshape(tf.gather(table, flat), [...ids.shape, width]),
      saved: [flat],
    }),
    (dy, flat) => [
      tf.unsortedSegmentSum(tf.reshape(dy, [ids.size, width]), flat as tf.Tensor1D, rows),
    ],
  );
}
