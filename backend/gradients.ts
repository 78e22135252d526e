import * as tf from "@tensorflow/tfjs-core";

type Gradient = (
  dy: tf.Tensor,
  saved: tf.Tensor[],
  attrs: tf.NamedAttrMap,
) => Record<string, () => tf.Tensor>;

interface GradientRule {
  /** Inputs, by their kernel's names, that `gradient` gets as `saved`. */
  readonly inputs?: readonly string[];
  /** Whether the output comes after them. */
  readonly output?: true;
  readonly gradient: Gradient;
}

/** Adds up the axes over which an operand was broadcast. */
function unbroadcast(gradient: tf.Tensor, operand: tf.Tensor): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(operand.shape, gradient.shape);
  const summed = axes.length === 0 ? gradient : tf.sum(gradient, axes);
  return tf.reshape(summed, operand.shape);
}

/** A gradient of a + b, a * b and the like: the two partial derivatives, each before adding up broadcast axes. */
function binary(
  partials: (
    dy: tf.Tensor,
    a: tf.Tensor,
    b: tf.Tensor,
  ) => { a: () => tf.Tensor; b: () => tf.Tensor },
): GradientRule {
  return {
    inputs: ["a", "b"],
    gradient: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const partial = partials(dy, a, b);
      return { a: () => unbroadcast(partial.a(), a), b: () => unbroadcast(partial.b(), b) };
    },
  };
}

/** A gradient by the input: dy * derivative(x). */
const byInput = (derivative: (x: tf.Tensor) => tf.Tensor): GradientRule => ({
  inputs: ["x"],
  gradient: (dy, [x]) => ({ x: () => tf.mul(dy, derivative(x!)) }),
});

/** A gradient by the output: dy * derivative(y). */
const byOutput = (derivative: (y: tf.Tensor) => tf.Tensor): GradientRule => ({
  output: true,
  gradient: (dy, [y]) => ({ x: () => tf.mul(dy, derivative(y!)) }),
});

/** dy of a reduction, with its reduced axes back as 1. */
function kept(dy: tf.Tensor, x: tf.Tensor, axis: unknown): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis as number | number[], x.shape);
  return tf.reshape(
    dy,
    x.shape.map((size, index) => (axes.includes(index) ? 1 : size)),
  );
}

/** A comparison is flat wherever it is smooth; a condition made of one still lies between inputs and result. */
const flat: GradientRule = {
  inputs: ["a", "b"],
  gradient: (_, [a, b]) => ({ a: () => tf.zeros(a!.shape), b: () => tf.zeros(b!.shape) }),
};

const float = (condition: tf.Tensor) => tf.cast(condition, "float32");
const reshaped: GradientRule = {
  inputs: ["x"],
  gradient: (dy, [x]) => ({ x: () => tf.reshape(dy, x!.shape) }),
};

/**
 * Gradients of tfjs kernels, the derivative beside each name. `@tensorflow/tfjs-core` registers none in Node, and
 * the package that does, `@tensorflow/tfjs`, brings four more packages that nothing here uses.
 */
const GRADIENTS: Readonly<Record<string, GradientRule>> = {
  Identity: { gradient: (dy) => ({ x: () => tf.clone(dy) }) },
  Cast: { gradient: (dy) => ({ x: () => tf.clone(dy) }) },
  Reshape: reshaped,
  ExpandDims: {
    inputs: ["input"],
    gradient: (dy, [input]) => ({ input: () => tf.reshape(dy, input!.shape) }),
  },
  Transpose: {
    gradient: (dy, _, attrs) => {
      const perm = attrs["perm"] as number[];
      return {
        x: () =>
          tf.transpose(
            dy,
            perm.map((_, axis) => perm.indexOf(axis)),
          ),
      };
    },
  },
  Add: binary((dy) => ({ a: () => dy, b: () => dy })),
  Sub: binary((dy) => ({ a: () => dy, b: () => tf.neg(dy) })),
  Multiply: binary((dy, a, b) => ({ a: () => tf.mul(dy, b), b: () => tf.mul(dy, a) })),
  RealDiv: binary((dy, a, b) => ({
    a: () => tf.div(dy, b),
    b: () => tf.neg(tf.mul(dy, tf.div(a, tf.square(b)))),
  })),
  Maximum: binary((dy, a, b) => ({
    a: () => tf.mul(dy, float(tf.greaterEqual(a, b))),
    b: () => tf.mul(dy, float(tf.less(a, b))),
  })),
  Minimum: binary((dy, a, b) => ({
    a: () => tf.mul(dy, float(tf.lessEqual(a, b))),
    b: () => tf.mul(dy, float(tf.greater(a, b))),
  })),
  Pow: binary((dy, a, b) => ({
    a: () => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))), // b a^(b - 1)
    b: () => tf.mul(dy, tf.mul(tf.pow(a, b), tf.log(a))), // a^b ln a, for a > 0
  })),
  Neg: byOutput(() => tf.scalar(-1)),
  Abs: byInput((x) => tf.sub(float(tf.greater(x, 0)), float(tf.less(x, 0)))),
  Square: byInput((x) => tf.mul(x, 2)),
  Sqrt: byOutput((y) => tf.div(0.5, y)), // 1 / (2 sqrt x)
  Rsqrt: byOutput((y) => tf.mul(-0.5, tf.mul(y, tf.square(y)))), // -x^(-3/2) / 2
  Exp: byOutput((y) => y),
  Log: byInput((x) => tf.div(1, x)),
  Tanh: byOutput((y) => tf.sub(1, tf.square(y))),
  Sigmoid: byOutput((y) => tf.mul(y, tf.sub(1, y))),
  Erf: byInput((x) => tf.mul(2 / Math.sqrt(Math.PI), tf.exp(tf.neg(tf.square(x))))),
  Relu: byOutput((y) => float(tf.greater(y, 0))),
  Sum: {
    inputs: ["x"],
    gradient: (dy, [x], attrs) => ({
      x: () => tf.mul(kept(dy, x!, attrs["axis"]), tf.ones(x!.shape)),
    }),
  },
  Mean: {
    inputs: ["x"],
    gradient: (dy, [x], attrs) => ({
      x: () => tf.mul(kept(dy, x!, attrs["axis"]), tf.fill(x!.shape, dy.size / x!.size)),
    }),
  },
  // The gradient goes to every element that attains the maximum, as in tfjs.
  Max: {
    inputs: ["x"],
    output: true,
    gradient: (dy, [x, y], attrs) => {
      const axes = attrs["reductionIndices"];
      return { x: () => tf.mul(kept(dy, x!, axes), float(tf.equal(x!, kept(y!, x!, axes)))) };
    },
  },
  Softmax: {
    output: true,
    gradient: (dy, [y]) => ({
      logits: () => {
        const weighted = tf.mul(dy, y!);
        return tf.sub(weighted, tf.mul(tf.sum(weighted, -1, true), y!));
      },
    }),
  },
  BatchMatMul: {
    inputs: ["a", "b"],
    gradient: (dy, saved, attrs) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
      return {
        a: () =>
          unbroadcast(
            transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB),
            a,
          ),
        b: () =>
          unbroadcast(
            transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false),
            b,
          ),
      };
    },
  },
  Greater: flat,
  GreaterEqual: flat,
  Less: flat,
  LessEqual: flat,
  Select: {
    inputs: ["condition"],
    gradient: (dy, [condition]) => ({
      condition: () => tf.zeros(condition!.shape),
      t: () => tf.mul(dy, float(condition!)),
      e: () => tf.mul(dy, float(tf.logicalNot(condition!))),
    }),
  },
  Slice: {
    inputs: ["x"],
    gradient: (dy, [x], attrs) => {
      const { begin, size } = attrs as { begin: number[]; size: number[] };
      const [starts] = tf.slice_util.parseSliceParams(x!, begin, size);
      const paddings = dy.shape.map((length, axis): [number, number] => {
        const before = starts![axis]!;
        return [before, x!.shape[axis]! - before - length];
      });
      return { x: () => tf.pad(dy, paddings) };
    },
  },
  PadV2: {
    inputs: ["x"],
    gradient: (dy, [x], attrs) => {
      const begin = (attrs["paddings"] as [number, number][]).map(([before]) => before);
      return { x: () => tf.slice(dy, begin, x!.shape) };
    },
  },
  SplitV: {
    gradient: (dy, _, attrs) => ({
      x: () => tf.concat(dy as unknown as tf.Tensor[], attrs["axis"] as number),
    }),
  },
  GatherV2: {
    inputs: ["x", "indices"],
    gradient: (dy, saved, attrs) => {
      const [x, indices] = saved as [tf.Tensor, tf.Tensor];
      if (tf.util.parseAxisParam(attrs["axis"] as number, x.shape)[0] !== 0)
        throw new Error("the gradient of gather is defined along axis 0 only: transpose first");
      const rows = tf.reshape(dy, [indices.size, ...x.shape.slice(1)]);
      const flat = tf.reshape(indices, [indices.size]) as tf.Tensor1D;
      return {
        x: () => tf.unsortedSegmentSum(rows, flat, x.shape[0]!),
        indices: () => tf.zeros(indices.shape),
      };
    },
  },
};

/** Gradients of kernels that take a list of tensors, whose inputs are known by position. */
const LIST_GRADIENTS: Readonly<Record<string, Gradient>> = {
  Concat: (dy, saved, attrs) => {
    const [axis] = tf.util.parseAxisParam(attrs["axis"] as number, saved[0]!.shape) as [number];
    const parts = tf.split(
      dy,
      saved.map((part) => part.shape[axis]!),
      axis,
    );
    return Object.fromEntries(parts.map((part, index) => [index, () => part]));
  },
  Pack: (dy, _, attrs) => {
    const parts = tf.unstack(dy, attrs["axis"] as number);
    return Object.fromEntries(parts.map((part, index) => [index, () => part]));
  },
};

/**
 * Makes every kernel of the tables above differentiable, on every tfjs backend, whatever gradients a package that was
 * loaded meanwhile brought along.
 */
export function registerGradients(): void {
  for (const [kernelName, rule] of Object.entries(GRADIENTS)) {
    if (tf.getGradient(kernelName)?.gradFunc === rule.gradient) continue;
    tf.registerGradient({
      kernelName,
      inputsToSave: [...(rule.inputs ?? [])],
      outputsToSave: rule.output ? [true] : [],
      gradFunc: rule.gradient as tf.GradFunc,
    });
  }
  for (const [kernelName, gradient] of Object.entries(LIST_GRADIENTS)) {
    if (tf.getGradient(kernelName)?.gradFunc === gradient) continue;
    tf.registerGradient({ kernelName, saveAllInputs: true, gradFunc: gradient as tf.GradFunc });
  }
}
