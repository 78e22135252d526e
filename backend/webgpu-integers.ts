import * as tf from "@tensorflow/tfjs-core";

/**
 * tfjs's WebGPU kernels do integer arithmetic in float32, which is wrong from 2^24 on: dropout and the places of
 * targets in a batch's logits need it right. These are the same kernels on i32, for pairs of integers.
 */
const FORMULAS: Readonly<Record<string, string>> = {
  Add: "a + b",
  Sub: "a - b",
  Multiply: "a * b",
  // Of the divisor's sign, and rounded down.
  Mod: "((a % b) + b) % b",
  FloorDiv: "(a - ((a % b) + b) % b) / b",
  GreaterEqual: "i32(a >= b)",
};
/** Its places are read as float32 too, of which every whole number up to here is one. */
const LARGEST_PLACE = 2 ** 24;

const WORKGROUP = 128;

interface WebgpuProgram {
  readonly variableNames: readonly string[];
  readonly outputShape: readonly number[];
  readonly dispatchLayout: { readonly x: readonly number[] };
  readonly dispatch: readonly [number, number, number];
  readonly workgroupSize: readonly [number, number, number];
  readonly shaderKey: string;
  readonly size: true;
  getUserCode(): string;
}

/** What this file uses of tfjs's WebGPU backend. */
export interface WebgpuBackend extends tf.KernelBackend {
  runWebGPUProgram(
    program: WebgpuProgram,
    inputs: readonly tf.TensorInfo[],
    dtype: "int32" | "bool",
  ): tf.TensorInfo;
}

export interface Util {
  flatDispatchLayout(shape: readonly number[]): { x: number[] };
  computeDispatch(
    layout: { x: number[] },
    shape: readonly number[],
    workgroup: readonly number[],
  ): [number, number, number];
}

/** WGSL for the flat place in an operand of shape `from` that the output's flat `index` reads. */
function placeIn(from: readonly number[], to: readonly number[]): string {
  const terms: string[] = [];
  let [stride, step] = [1, 1];
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const size = from[axis - to.length + from.length] ?? 1;
    if (size > 1) terms.push(`((index / ${step}) % ${to[axis]}) * ${stride}`);
    stride *= size;
    step *= to[axis]!;
  }
  return terms.join(" + ") || "0";
}

function program(kernel: string, a: tf.TensorInfo, b: tf.TensorInfo, util: Util): WebgpuProgram {
  const shape = tf.broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  const workgroupSize = [WORKGROUP, 1, 1] as const;
  const dispatchLayout = util.flatDispatchLayout(shape);
  return {
    variableNames: ["A", "B"],
    outputShape: shape,
    dispatchLayout,
    dispatch: util.computeDispatch(dispatchLayout, shape, workgroupSize),
    workgroupSize,
    shaderKey: `integer_${kernel}_${a.shape}_${b.shape}`,
    size: true,
    getUserCode: () => `
      fn main(index : i32) {
        if (index < uniforms.size) {
          let a = A[${placeIn(a.shape, shape)}];
          let b = B[${placeIn(b.shape, shape)}];
          setOutputAtIndexI32(index, ${FORMULAS[kernel]});
        }
      }`,
  };
}

/** Puts exact kernels in place of tfjs's where both operands are integers; once a thread. */
export function registerExactIntegers(util: Util): void {
  for (const kernelName of Object.keys(FORMULAS)) {
    const original = tf.getKernel(kernelName, "webgpu");
    tf.unregisterKernel(kernelName, "webgpu");
    tf.registerKernel({
      ...original,
      kernelFunc: (args) => {
        const { a, b } = args.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
        if (a.dtype !== "int32" || b.dtype !== "int32") return original.kernelFunc(args);
        const backend = args.backend as WebgpuBackend;
        const dtype = kernelName === "GreaterEqual" ? "bool" : "int32";
        return backend.runWebGPUProgram(program(kernelName, a, b, util), [a, b], dtype);
      },
    });
  }
  limitGather();
}

function limitGather(): void {
  const original = tf.getKernel("GatherV2", "webgpu");
  tf.unregisterKernel("GatherV2", "webgpu");
  tf.registerKernel({
    ...original,
    kernelFunc: (args) => {
      const { shape } = args.inputs["x"] as tf.TensorInfo;
      const rows = shape[Number(args.attrs?.["axis"] ?? 0)]!;
      if (rows > LARGEST_PLACE)
        throw new Error(
          `tfjs's WebGPU kernels cannot tell the ${rows} places of a tensor of shape [${shape}] apart: use a smaller batch`,
        );
      return original.kernelFunc(args);
    },
  });
}
