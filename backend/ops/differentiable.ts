import * as tf from "@tensorflow/tfjs-core";

/** What an operation computes, and what its gradient will need of it. */
export interface Forward {
  readonly value: tf.Tensor;
  /** Kept until the gradient has been taken; everything else made on the way is freed. */
  readonly saved: readonly tf.Tensor[];
}

/**
 * Makes a differentiable operation of a forward pass and an explicit gradient, both in plain ops.
 * `backward` gets the gradient of the value and the saved tensors, in order, and returns the gradients of
 * `inputs`, in order and of their shapes. What has no gradient (integers) is closed over, not an input.
 */
export function differentiable(
  inputs: readonly tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => Forward,
  backward: (dy: tf.Tensor, ...saved: tf.Tensor[]) => tf.Tensor[],
): tf.Tensor {
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const { value, saved } = forward(...(args as tf.Tensor[]));
    save([...saved]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => backward(dy, ...kept),
    };
  });
  return operation(...inputs);
}
