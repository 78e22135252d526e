import * as tf from "@tensorflow/tfjs-core";
import { sizeOf } from "../border.ts";
import { AFTER } from "../ops/recomputed.ts";
import {
  broadcastShape,
  constant,
  type ElementType,
  type Node,
  node,
  type Operation,
  type Operations,
} from "./graph.ts";

type Operands = Readonly<Record<string, Node>>;
/** What a tfjs kernel records, from its inputs by tfjs's names for them and its attributes. */
type TraceRule = (inputs: Operands, attrs: tf.NamedAttrMap) => Node | Node[];

type Plain = {
  [O in Operation]: Operations[O] extends Readonly<Record<never, never>>
    ? keyof Operations[O] extends never
      ? O
      : never
    : never;
}[Operation];

const unary =
  (op: Plain): TraceRule =>
  ({ x }) =>
    node(op, [x!], {}, x!.shape, x!.dtype);

const binary =
  (op: Plain, dtype?: ElementType): TraceRule =>
  ({ a, b }) =>
    node(op, [a!, b!], {}, broadcastShape(a!.shape, b!.shape), dtype ?? a!.dtype);

const reshape = (x: Node, shape: readonly number[]) => node("Reshape", [x], {}, shape, x.dtype);
const cast = (x: Node, dtype: ElementType) => node("Cast", [x], {}, x.shape, dtype);
const uniform = (value: number, shape: readonly number[], dtype: ElementType) =>
  node("Uniform", [], { value }, shape, dtype);

const axesOf = (axis: tf.Attribute | undefined, shape: readonly number[]) =>
  tf.util
    .parseAxisParam((axis ?? null) as number | number[], [...shape])
    .toSorted((a: number, b: number) => a - b);

function reduction(op: "Sum" | "Mean" | "Max" | "Min"): TraceRule {
  return ({ x }, attrs) => {
    const axes = axesOf(attrs["axis"] ?? attrs["reductionIndices"], x!.shape);
    const keepDims = attrs["keepDims"] === true;
    const shape = keepDims
      ? x!.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
      : x!.shape.filter((_, axis) => !axes.includes(axis));
    // As in tfjs: bools are counted, and a mean is a float.
    const operand = x!.dtype === "bool" ? cast(x!, "int32") : x!;
    const floats = op === "Mean" ? cast(operand, "float32") : operand;
    return node(op, [floats], { axes, keepDims }, shape, floats.dtype);
  };
}

function slice(x: Node, begin: readonly number[], size: readonly number[]): Node {
  return node("Slice", [x], { begin }, size, x.dtype);
}

function concat(parts: readonly Node[], axis: number): Node {
  const shape = [...parts[0]!.shape];
  shape[axis] = parts.reduce((total, part) => total + part.shape[axis]!, 0);
  return node("Concat", parts, { axis }, shape, parts[0]!.dtype);
}

/** Parts of `x` along an axis. */
function split(x: Node, sizes: readonly number[], axis: number): Node[] {
  let offset = 0;
  return sizes.map((length) => {
    const begin = x.shape.map((_, at) => (at === axis ? offset : 0));
    offset += length;
    return slice(
      x,
      begin,
      x.shape.map((size, at) => (at === axis ? length : size)),
    );
  });
}

const listed = (inputs: Operands) => Object.keys(inputs).map((_, index) => inputs[index]!);

/** Every tfjs kernel that a compiled program may use. */
export const TRACE_RULES = {
  Identity: ({ x }) => x!,
  [AFTER]: ({ x, dependency }) => node("After", [x!, dependency!], {}, x!.shape, x!.dtype),
  Cast: ({ x }, attrs) => cast(x!, attrs["dtype"] as ElementType),
  Reshape: ({ x }, attrs) =>
    reshape(x!, tf.util.inferFromImplicitShape(attrs["shape"] as number[], sizeOf(x!.shape))),
  ExpandDims: ({ input }, attrs) => {
    const dim = attrs["dim"] as number;
    return reshape(
      input!,
      input!.shape.toSpliced(dim < 0 ? input!.shape.length + 1 + dim : dim, 0, 1),
    );
  },
  // An axis that is repeated gets one of size 1 before it, which is broadcast and merged with it.
  Tile: ({ x }, attrs) => {
    const reps = attrs["reps"] as number[];
    if (reps.every((count, axis) => count === 1 || x!.shape[axis] === 1)) {
      const shape = x!.shape.map((size, axis) => size * reps[axis]!);
      return node("Broadcast", [x!], {}, shape, x!.dtype);
    }
    const spread = reshape(
      x!,
      x!.shape.flatMap((size) => [1, size]),
    );
    const shape = x!.shape.flatMap((size, axis) => [reps[axis]!, size]);
    return reshape(
      node("Broadcast", [spread], {}, shape, x!.dtype),
      x!.shape.map((size, axis) => size * reps[axis]!),
    );
  },
  Fill: (_, attrs) =>
    uniform(
      attrs["value"] as number,
      attrs["shape"] as number[],
      (attrs["dtype"] ?? "float32") as ElementType,
    ),
  ZerosLike: ({ x }) => uniform(0, x!.shape, x!.dtype),
  Range: (_, attrs) => {
    const { start, stop, step, dtype } = attrs as unknown as tf.RangeAttrs;
    const length = Math.max(0, Math.ceil((stop - start) / step));
    const values = Array.from({ length }, (_, index) => start + index * step);
    return constant(values, [length], dtype);
  },
  Transpose: ({ x }, attrs) => {
    const perm = attrs["perm"] as number[];
    const shape = perm.map((axis) => x!.shape[axis]!);
    return node("Transpose", [x!], { perm }, shape, x!.dtype);
  },
  Neg: unary("Neg"),
  Abs: unary("Abs"),
  Square: unary("Square"),
  Sqrt: unary("Sqrt"),
  Rsqrt: unary("Rsqrt"),
  Exp: unary("Exp"),
  Log: unary("Log"),
  Tanh: unary("Tanh"),
  Sigmoid: unary("Sigmoid"),
  Erf: unary("Erf"),
  Relu: unary("Relu"),
  Floor: unary("Floor"),
  LogicalNot: unary("LogicalNot"),
  Add: binary("Add"),
  Sub: binary("Sub"),
  Multiply: binary("Multiply"),
  RealDiv: binary("RealDiv"),
  // An integer also of floats, as in tfjs's reference backend.
  FloorDiv: (inputs, attrs) => cast(binary("FloorDiv")(inputs, attrs) as Node, "int32"),
  Mod: binary("Mod"),
  Pow: binary("Pow"),
  Maximum: binary("Maximum"),
  Minimum: binary("Minimum"),
  SquaredDifference: (inputs, attrs) => {
    const difference = binary("Sub")(inputs, attrs) as Node;
    return node("Square", [difference], {}, difference.shape, difference.dtype);
  },
  Equal: binary("Equal", "bool"),
  NotEqual: binary("NotEqual", "bool"),
  Greater: binary("Greater", "bool"),
  GreaterEqual: binary("GreaterEqual", "bool"),
  Less: binary("Less", "bool"),
  LessEqual: binary("LessEqual", "bool"),
  LogicalAnd: binary("LogicalAnd", "bool"),
  LogicalOr: binary("LogicalOr", "bool"),
  Select: ({ condition, t, e }) => {
    const shape = broadcastShape(condition!.shape, t!.shape, e!.shape);
    return node("Select", [condition!, t!, e!], {}, shape, t!.dtype);
  },
  ClipByValue: ({ x }, attrs) => {
    const bound = (value: tf.Attribute | undefined) => uniform(value as number, [], x!.dtype);
    const raised = node("Maximum", [x!, bound(attrs["clipValueMin"])], {}, x!.shape, x!.dtype);
    return node("Minimum", [raised, bound(attrs["clipValueMax"])], {}, x!.shape, x!.dtype);
  },
  AddN: (inputs) =>
    listed(inputs).reduce((sum, next) => node("Add", [sum, next], {}, sum.shape, sum.dtype)),
  Sum: reduction("Sum"),
  Mean: reduction("Mean"),
  Max: reduction("Max"),
  Min: reduction("Min"),
  ArgMax: ({ x }, attrs) => {
    const [axis] = axesOf(attrs["axis"], x!.shape) as [number];
    return node("ArgMax", [x!], { axis }, x!.shape.toSpliced(axis, 1), "int32");
  },
  BatchMatMul: ({ a, b }, attrs) => {
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    const rows = a!.shape.at(transposeA ? -1 : -2)!;
    const columns = b!.shape.at(transposeB ? -2 : -1)!;
    const batch = broadcastShape(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    const attributes = { transposeA, transposeB, alpha: 1 };
    return node("MatMul", [a!, b!], attributes, [...batch, rows, columns], a!.dtype);
  },
  Softmax: ({ logits }) => node("Softmax", [logits!], {}, logits!.shape, "float32"),
  GatherV2: ({ x, indices }, attrs) => {
    const [axis] = axesOf(attrs["axis"], x!.shape) as [number];
    if (attrs["batchDims"]) throw new Error("gather with batchDims has no rule");
    const shape = x!.shape.toSpliced(axis, 1, ...indices!.shape);
    return node("Gather", [x!, indices!], { axis }, shape, x!.dtype);
  },
  UnsortedSegmentSum: ({ x, segmentIds }, attrs) => {
    const shape = [attrs["numSegments"] as number, ...x!.shape.slice(1)];
    return node("SegmentSum", [x!, segmentIds!], {}, shape, x!.dtype);
  },
  OneHot: ({ indices }, attrs) => {
    const { depth, onValue, offValue, dtype } = attrs as unknown as tf.OneHotAttrs;
    const attributes = { on: onValue, off: offValue };
    const shape = [...indices!.shape, depth];
    return node("OneHot", [indices!], attributes, shape, dtype as ElementType);
  },
  Slice: ({ x }, attrs) => {
    const like = { shape: [...x!.shape], rank: x!.shape.length } as tf.Tensor;
    const [begin, size] = tf.slice_util.parseSliceParams(
      like,
      attrs["begin"] as number[],
      attrs["size"] as number[],
    );
    return slice(x!, begin!, size!);
  },
  PadV2: ({ x }, attrs) => {
    const paddings = attrs["paddings"] as [number, number][];
    const before = paddings.map(([amount]) => amount);
    const after = paddings.map(([, amount]) => amount);
    const shape = x!.shape.map((size, axis) => before[axis]! + size + after[axis]!);
    const value = (attrs["constantValue"] ?? 0) as number;
    return node("Pad", [x!], { before, after, value }, shape, x!.dtype);
  },
  Concat: (inputs, attrs) => {
    const parts = listed(inputs);
    return concat(parts, axesOf(attrs["axis"], parts[0]!.shape)[0]!);
  },
  Pack: (inputs, attrs) => {
    const parts = listed(inputs);
    const axis = attrs["axis"] as number;
    const at = axis < 0 ? parts[0]!.shape.length + 1 + axis : axis;
    return concat(
      parts.map((part) => reshape(part, part.shape.toSpliced(at, 0, 1))),
      at,
    );
  },
  Unpack: ({ value }, attrs) => {
    const [axis] = axesOf(attrs["axis"], value!.shape) as [number];
    const ones = Array.from({ length: value!.shape[axis]! }, () => 1);
    return split(value!, ones, axis).map((part) => reshape(part, part.shape.toSpliced(axis, 1)));
  },
  SplitV: ({ x }, attrs) => {
    const [axis] = axesOf(attrs["axis"], x!.shape) as [number];
    const like = { shape: [...x!.shape] } as tf.Tensor;
    const sizes = tf.backend_util.prepareSplitSize(
      like,
      attrs["numOrSizeSplits"] as number | number[],
      axis,
    );
    return split(x!, sizes, axis);
  },
} satisfies Record<string, TraceRule>;
