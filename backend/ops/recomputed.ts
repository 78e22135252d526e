import * as tf from "@tensorflow/tfjs-core";

/** A kernel of compiled backends only: `x`, once `dependency` has been computed. */
export const AFTER = "After";

/** `x` itself. Where programs are compiled, what reads the result runs after `dependency` has been computed. */
function after(x: tf.Tensor, dependency: tf.Tensor): tf.Tensor {
  if (tf.getKernel(AFTER, tf.getBackend()) === undefined) return x;
  return tf.engine().runKernel(AFTER, { x, dependency });
}

/** What an operation is computed from. */
export interface Arguments {
  readonly x: tf.Tensor;
  /** They get gradients, as `x` does. */
  readonly parameters: readonly tf.Tensor[];
  /** They get none. */
  readonly constants: readonly tf.Tensor[];
}

/**
 * `forward` of its arguments, which alone are kept: what its gradient needs besides is computed again when the gradient
 * is taken. `forward` gets true the second time, and must compute the same then.
 * Source: Chen et al., "Training deep nets with sublinear memory cost", 2016.
 */
export function recomputed(
  { x, parameters, constants }: Arguments,
  forward: (operands: Arguments, again: boolean) => tf.Tensor,
): tf.Tensor {
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [first, ...others] = args as tf.Tensor[];
    save([first!, ...others, ...constants]);
    return {
      value: forward({ x: first!, parameters: others, constants }, false),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const kept = saved.slice(1 + others.length);
        const again = (x: tf.Tensor, ...parameters: tf.Tensor[]) =>
          forward({ x, parameters, constants: kept }, true);
        const operands = [after(saved[0]!, dy), ...saved.slice(1, 1 + others.length)];
        return withinBackward(() =>
          tf.grads(again as (...x: tf.Tensor[]) => tf.Tensor)(operands, dy),
        );
      },
    };
  });
  return operation(x, ...parameters);
}

/** Takes gradients while others are being taken, after which tfjs forgets the outer tape. */
function withinBackward<T>(body: () => T): T {
  const { state } = tf.engine();
  const tape = state.activeTape;
  try {
    return body();
  } finally {
    state.activeTape = tape;
  }
}
