import { sizeOf } from "../border.ts";
import {
  addendsOf,
  type ElementType,
  type Graph,
  isUnchanged,
  type Node,
  type NodeOf,
  type Operation,
  topological,
} from "./graph.ts";
import type {
  OnnxAttribute,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxType,
  OnnxValue,
} from "./model.ts";

/** ONNX element type numbers that Cast takes. Source: onnx.proto, TensorProto.DataType. */
const CAST_TO: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int32: 6,
  bool: 9,
  float16: 10,
};
/** Larger uniform tensors are spread at run time rather than stored. */
const STORED_UNIFORM = 1024;

/** Where onnxruntime keeps what its graph optimiser makes of convolutions on the CPU. */
const BLOCKED = "com.microsoft.nchwc";

/** Names at a model's border; each kind has its own prefix, because ONNX has one space of names. */
export const NAMES = {
  input: (name: string) => `input:${name}`,
  resident: (name: string) => `state:${name}`,
  update: (name: string) => `update:${name}`,
  output: (name: string) => `output:${name}`,
} as const;

function bytesOf(values: ArrayLike<number>, dtype: Exclude<ElementType, "float16">): Uint8Array {
  const array =
    dtype === "float32"
      ? Float32Array.from(values)
      : dtype === "int32"
        ? Int32Array.from(values)
        : Uint8Array.from(values);
  return new Uint8Array(array.buffer);
}

/** Collects the nodes and constants of an ONNX model. */
export class Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly names = new Map<Node, string>();
  readonly #shapes = new Map<string, string>();
  #next = 0;

  fresh(): string {
    return `v${this.#next++}`;
  }

  /** Adds a node and returns the name of its output. */
  add(
    op: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
    domain?: string,
  ): string {
    const output = this.fresh();
    this.nodes.push({ op, inputs, outputs: [output], attributes, ...(domain ? { domain } : {}) });
    return output;
  }

  constant(values: ArrayLike<number>, shape: readonly number[], type: ElementType): string {
    // JavaScript has no array of float16: onnxruntime rounds.
    if (type === "float16") return this.cast(this.constant(values, shape, "float32"), type);
    const name = this.fresh();
    this.initializers.push({ name, type, shape, bytes: bytesOf(values, type) });
    return name;
  }

  scalar(value: number, type: ElementType): string {
    return this.constant([value], [], type);
  }

  /** A list of int64: a shape, axes, starts. Equal ones are one constant. */
  integers(values: readonly number[]): string {
    const key = values.join();
    const existing = this.#shapes.get(key);
    if (existing !== undefined) return existing;
    const name = this.fresh();
    const bytes = new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
    this.initializers.push({ name, type: "int64", shape: [values.length], bytes });
    this.#shapes.set(key, name);
    return name;
  }

  cast(name: string, type: ElementType): string {
    return this.add("Cast", [name], { to: CAST_TO[type] });
  }
}

type Rule<O extends Operation> = (
  node: NodeOf<O>,
  inputs: readonly string[],
  emit: Emitter,
) => string;

/** A rule in the place of the usual one, which it may fall back to. */
type OwnRule<O extends Operation> = (
  ...given: [...Parameters<Rule<O>>, usual: () => string]
) => string;
export type LoweringRules = { readonly [O in Operation]?: OwnRule<O> };

/** An operation that ONNX has too. */
const direct =
  (op: string): ((node: Node, inputs: readonly string[], emit: Emitter) => string) =>
  (_, inputs, emit) =>
    emit.add(op, inputs);

/** A reduction whose axes are an input. */
const reduce =
  (op: string): Rule<"Sum" | "Mean" | "Max" | "Min"> =>
  ({ attributes: { axes, keepDims }, inputs: [x] }, [name], emit) =>
    axes.length === 0 && x!.shape.length === 0
      ? emit.add("Identity", [name!])
      : emit.add(op, [name!, emit.integers(axes)], { keepdims: Number(keepDims) });

const isFloat = (x: Node) => x.dtype === "float32";

const isPositive = (x: Node | undefined) => x?.op === "Uniform" && x.attributes.value > 0;

/** Whether the quotient of two integers is known not to be negative: of a remainder by a positive constant. */
export function isDivisionOfNaturals({ inputs: [a, b] }: NodeOf<"FloorDiv">): boolean {
  return a!.op === "Mod" && isPositive(a!.inputs[1]) && isPositive(b);
}

/** How each operation is said in ONNX; the formula where it takes more than one node. */
const RULES: { readonly [O in Operation]: Rule<O> } = {
  Input: ({ attributes: { name, resident } }) =>
    resident ? NAMES.resident(name) : NAMES.input(name),
  Constant: ({ attributes: { data }, shape, dtype }, _, emit) => emit.constant(data, shape, dtype),
  Uniform: ({ attributes: { value }, shape, dtype }, _, emit) => {
    const size = sizeOf(shape);
    if (size <= STORED_UNIFORM)
      return emit.constant(new Array<number>(size).fill(value), shape, dtype);
    return emit.add("Expand", [emit.scalar(value, dtype), emit.integers(shape)]);
  },
  Cast: ({ dtype }, [x], emit) => emit.cast(x!, dtype),
  Reshape: ({ shape }, [x], emit) =>
    emit.add("Reshape", [x!, emit.integers(shape)], { allowzero: 1 }),
  Broadcast: ({ shape }, [x], emit) => emit.add("Expand", [x!, emit.integers(shape)]),
  Transpose: ({ attributes: { perm } }, [x], emit) => emit.add("Transpose", [x!], { perm }),
  Neg: direct("Neg"),
  Abs: direct("Abs"),
  Square: (_, [x], emit) => emit.add("Mul", [x!, x!]), // x x
  Sqrt: direct("Sqrt"),
  Rsqrt: (_, [x], emit) => emit.add("Reciprocal", [emit.add("Sqrt", [x!])]), // 1 / sqrt x
  Exp: direct("Exp"),
  Log: direct("Log"),
  Tanh: direct("Tanh"),
  Sigmoid: direct("Sigmoid"),
  FastGelu: (_, inputs, emit) => emit.add("FastGelu", inputs, {}, "com.microsoft"),
  Erf: direct("Erf"),
  Relu: direct("Relu"),
  Floor: (node, [x], emit) =>
    isFloat(node) ? emit.add("Floor", [x!]) : emit.add("Identity", [x!]),
  LogicalNot: direct("Not"),
  Add: direct("Add"),
  Sub: direct("Sub"),
  Multiply: direct("Mul"),
  RealDiv: direct("Div"),
  // Integers: (a - (a mod b)) / b, because ONNX's division truncates. Floats: floor(a / b).
  FloorDiv: (node, [a, b], emit) => {
    if (isFloat(node)) return emit.add("Floor", [emit.add("Div", [a!, b!])]);
    if (isDivisionOfNaturals(node)) return emit.add("Div", [a!, b!]);
    return emit.add("Div", [emit.add("Sub", [a!, emit.add("Mod", [a!, b!])]), b!]);
  },
  // Of the divisor's sign. Floats: a - b floor(a / b), because ONNX has the C remainder only.
  Mod: (node, [a, b], emit) => {
    if (!isFloat(node)) return emit.add("Mod", [a!, b!]);
    const quotient = emit.add("Floor", [emit.add("Div", [a!, b!])]);
    return emit.add("Sub", [a!, emit.add("Mul", [b!, quotient])]);
  },
  Pow: direct("Pow"),
  Maximum: direct("Max"),
  Minimum: direct("Min"),
  Equal: direct("Equal"),
  NotEqual: (_, inputs, emit) => emit.add("Not", [emit.add("Equal", inputs)]),
  Greater: direct("Greater"),
  GreaterEqual: direct("GreaterOrEqual"),
  Less: direct("Less"),
  LessEqual: direct("LessOrEqual"),
  LogicalAnd: direct("And"),
  LogicalOr: direct("Or"),
  Select: direct("Where"),
  Sum: reduce("ReduceSum"),
  Mean: reduce("ReduceMean"),
  Max: reduce("ReduceMax"),
  Min: reduce("ReduceMin"),
  ArgMax: ({ attributes: { axis } }, [x], emit) =>
    emit.cast(emit.add("ArgMax", [x!], { axis, keepdims: 0 }), "int32"),
  MatMul: ({ attributes: { transposeA, transposeB, alpha }, inputs: operands }, inputs, emit) => {
    const transposes = { transA: Number(transposeA), transB: Number(transposeB) };
    if (operands.every((operand) => operand.shape.length <= 2))
      return emit.add("Gemm", inputs, { alpha: { float: alpha }, ...transposes });
    if (!transposeA && !transposeB && alpha === 1) return emit.add("MatMul", inputs);
    const attributes = { alpha: { float: alpha }, ...transposes };
    return emit.add("FusedMatMul", inputs, attributes, "com.microsoft");
  },
  Softmax: (_, [x], emit) => emit.add("Softmax", [x!], { axis: -1 }),
  Gather: ({ attributes: { axis } }, inputs, emit) => emit.add("Gather", inputs, { axis }),
  // ScatterElements, which adds in order: onnxruntime's ScatterND adds in several threads and loses sums of equal ids.
  SegmentSum: ({ inputs: [x], shape, dtype }, [values, ids], emit) => {
    const rows = x!.shape[0]!;
    const column = emit.add("Reshape", [
      ids!,
      emit.integers([rows, ...shape.slice(1).map(() => 1)]),
    ]);
    const places = emit.add("Expand", [column, emit.integers(x!.shape)]);
    const zeros = emit.add("Expand", [emit.scalar(0, dtype), emit.integers(shape)]);
    return emit.add("ScatterElements", [zeros, places, values!], { axis: 0, reduction: "add" });
  },
  // cast(i = 0 ... depth - 1) (on - off) + off: an index out of range gives no on, as in tfjs.
  OneHot: ({ inputs: [indices], attributes: { on, off }, shape, dtype }, [index], emit) => {
    const depth = shape.at(-1)!;
    const classes = emit.constant(
      Int32Array.from({ length: depth }, (_, i) => i),
      [depth],
      "int32",
    );
    const column = emit.add("Reshape", [index!, emit.integers([...indices!.shape, 1])]);
    const hit = emit.cast(emit.add("Equal", [column, classes]), dtype);
    const scaled = on - off === 1 ? hit : emit.add("Mul", [hit, emit.scalar(on - off, dtype)]);
    return off === 0 ? scaled : emit.add("Add", [scaled, emit.scalar(off, dtype)]);
  },
  Slice: ({ attributes: { begin }, shape }, [x], emit) => {
    const end = begin.map((start, axis) => start + shape[axis]!);
    return emit.add("Slice", [x!, emit.integers(begin), emit.integers(end)]);
  },
  Pad: ({ attributes: { before, after, value }, dtype }, [x], emit) =>
    emit.add("Pad", [x!, emit.integers([...before, ...after]), emit.scalar(value, dtype)]),
  Concat: ({ attributes: { axis } }, inputs, emit) => emit.add("Concat", inputs, { axis }),
  // A Reshape to the shape that it has, which copies nothing; to know that shape it needs nothing of the others' shapes.
  After: ({ shape }, [x, ...others], emit) => {
    const nothing = others.map((name) => emit.add("Shape", [name], { start: 0, end: 0 }));
    const known = emit.add("Concat", [emit.integers(shape), ...nothing], { axis: 0 });
    return emit.add("Reshape", [x!, known]);
  },
  // An image is [1, channels, 1, positions] or, "channels last", [1, 1, positions, channels].
  Block: ({ inputs: [x], attributes: { flipped } }, [matrix], emit) => {
    const [rows, columns] = x!.shape as [number, number];
    const image = emit.integers(flipped ? [1, rows, 1, columns] : [1, 1, rows, columns]);
    const attributes = { channels_last: Number(!flipped) };
    return emit.add("ReorderInput", [emit.add("Reshape", [matrix!, image])], attributes, BLOCKED);
  },
  Unblock: ({ inputs: [x], attributes: { flipped, size }, shape }, [blocks], emit) => {
    const [, channels, , positions] = x!.shape as [number, number, number, number];
    const matrix = emit.integers(shape);
    if (flipped) {
      const attributes = { channels, channels_last: 0 };
      const image = emit.add("ReorderOutput", [blocks!], attributes, BLOCKED);
      return emit.add("Reshape", [image, matrix]);
    }
    // Blocks of positions are to groups what groups are to positions. ReorderOutput takes three times as long.
    const groups = emit.integers([1, 1, channels / size, positions * size]);
    const attributes = { channels_last: 1 };
    const image = emit.add("Reshape", [blocks!, groups]);
    return emit.add("Reshape", [emit.add("ReorderInput", [image], attributes, BLOCKED), matrix]);
  },
  BlockedProduct: (product, names, emit) => {
    const [x, weights] = names as [string, string];
    const [, outputs, , inputs] = product.inputs[1]!.shape as [number, number, number, number];
    const kernel = emit.add("Reshape", [weights, emit.integers([outputs, inputs, 1, 1])]);
    const { bias, sum } = addendsOf(product);
    const named = (index: number | undefined) => (index === undefined ? "" : names[index]!);
    const addend = [named(bias), ...(sum === undefined ? [] : [named(sum)])];
    const attributes = { kernel_shape: [1, 1], group: 1 };
    return emit.add("Conv", [x, kernel, ...addend], attributes, BLOCKED);
  },
};

/**
 * Writes a graph as an ONNX model, by a provider's own rules where it has any. A resident tensor that the graph leaves
 * as it is has no output.
 */
export function lower(graph: Graph, rules: LoweringRules = {}): OnnxModel {
  const emit = new Emitter();
  const inputs: OnnxValue[] = [];
  for (const x of topological(graph)) {
    const operands = x.inputs.map((input) => emit.names.get(input)!);
    const given = [x as NodeOf<Operation>, operands, emit] as const;
    const usual = () => (RULES[x.op] as Rule<Operation>)(...given);
    const own = rules[x.op] as OwnRule<Operation> | undefined;
    const name = own ? own(...given, usual) : usual();
    emit.names.set(x, name);
    if (x.op === "Input") inputs.push({ name, type: x.dtype, shape: x.shape });
  }
  const outputs: OnnxValue[] = [];
  const made = new Set(emit.nodes.flatMap(({ outputs }) => outputs));
  const renamed = new Map<string, string>();
  const result = (x: Node, name: string) => {
    const current = emit.names.get(x)!;
    // What is no node's, or has a name already, is copied.
    if (made.has(current) && !renamed.has(current)) renamed.set(current, name);
    else emit.nodes.push({ op: "Identity", inputs: [current], outputs: [name] });
    outputs.push({ name, type: x.dtype as OnnxType, shape: x.shape });
  };
  for (const [name, x] of graph.state) {
    if (!isUnchanged(name, x)) result(x, NAMES.update(name));
  }
  for (const [name, x] of graph.outputs) result(x, NAMES.output(name));
  const named = (names: readonly string[]) => names.map((name) => renamed.get(name) ?? name);
  const nodes = emit.nodes.map((each) => ({
    ...each,
    inputs: named(each.inputs),
    outputs: named(each.outputs),
  }));
  return { name: graph.name, nodes, initializers: emit.initializers, inputs, outputs };
}
