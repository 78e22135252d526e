import * as tf from "@tensorflow/tfjs-core";
import { differentiable } from "./differentiable.ts";

/** Tables of no more rows, such as that of segments, get their gradient faster as a matrix product. */
const FEW_ROWS = 8;

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
    (dy, flat) => {
      const flatDy = tf.reshape(dy, [ids.size, width]);
      if (rows > FEW_ROWS) return [tf.unsortedSegmentSum(flatDy, flat as tf.Tensor1D, rows)];
      return [tf.matMul(tf.oneHot(flat as tf.Tensor1D, rows, 1, 0, "float32"), flatDy, true)];
    },
  );
}
