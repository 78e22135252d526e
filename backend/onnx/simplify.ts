import { sizeOf } from "../border.ts";
import {
  broadcastShape,
  type ElementType,
  type Graph,
  type Node,
  node,
  type Operation,
  rewrite,
  sameShape,
} from "./graph.ts";

/** Constants of more elements are not looked up among equal ones. */
const LARGEST_KEY = 4096;

/** JSON has no NaN, no infinities and one zero. */
const exactly = (_: string, value: unknown) =>
  typeof value === "number" ? `${Object.is(value, -0) ? "-" : ""}${value}` : value;

/** Elementwise operations on constants that are uniform. */
const FOLD: Partial<Record<Operation, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  RealDiv: (a, b) => a / b,
  Maximum: Math.max,
  Minimum: Math.min,
  Neg: (a) => -a,
  Square: (a) => a * a,
  Sqrt: Math.sqrt,
};

export const UNARY: ReadonlySet<Operation> = new Set<Operation>(
  "Neg Abs Square Sqrt Rsqrt Exp Log Tanh Sigmoid FastGelu Erf Relu Floor LogicalNot Cast".split(
    " ",
  ) as Operation[],
);
export const BINARY: ReadonlySet<Operation> = new Set<Operation>(
  "Add Sub Multiply RealDiv FloorDiv Mod Pow Maximum Minimum Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr".split(
    " ",
  ) as Operation[],
);

function represent(value: number, dtype: ElementType): number {
  if (dtype === "float32" || dtype === "float16") return Math.fround(value);
  return dtype === "int32" ? Math.trunc(value) | 0 : Number(value !== 0);
}

const isUniform = (x: Node | undefined, value?: number) =>
  x?.op === "Uniform" && (value === undefined || x.attributes.value === value);

/**
 * Rebuilds a graph with fewer operations and the same results: constants folded, x + 0, x - 0, x 1 and x / 1
 * dropped, broadcasts left to the operations that broadcast anyway, transposes merged or given to the matrix
 * product, reshapes merged and moved behind elementwise operations, equal nodes made one. What no result needs is
 * gone, because a graph is what its results reach.
 */
export function simplify(graph: Graph): Graph {
  const known = new Map<string, Node>();
  const ids = new Map<Node, number>();

  /** The one node of its kind: with equal operation, attributes and inputs. */
  function unique(x: Node): Node {
    const key = keyOf(x);
    const existing = key === undefined ? undefined : known.get(key);
    if (existing !== undefined) return existing;
    if (key !== undefined) known.set(key, x);
    ids.set(x, ids.size);
    return x;
  }

  function keyOf(x: Node): string | undefined {
    const kind = `${x.op} ${x.dtype} ${x.shape} ${x.inputs.map((input) => ids.get(input))}`;
    if (x.op !== "Constant") return `${kind} ${JSON.stringify(x.attributes, exactly)}`;
    const { data } = x.attributes;
    return data.length > LARGEST_KEY ? undefined : `${kind} ${data.join()}`;
  }

  /** Simplifies one node whose inputs are simple. */
  function simple(x: Node): Node {
    for (const rule of RULES) {
      const better = rule(x);
      if (better !== undefined) return better;
    }
    return unique(x);
  }

  const make = (...args: Parameters<typeof node>) => simple(node(...args));
  const reshape = (x: Node, shape: readonly number[]) => make("Reshape", [x], {}, shape, x.dtype);
  const expand = (x: Node, shape: readonly number[]) =>
    sameShape(x.shape, shape) ? x : make("Broadcast", [x], {}, shape, x.dtype);
  const uniform = (value: number, shape: readonly number[], dtype: ElementType) =>
    unique(node("Uniform", [], { value: represent(value, dtype) }, shape, dtype));

  type Rule = (x: Node) => Node | undefined;

  const foldUniform: Rule = (x) => {
    if (x.inputs.length === 0 || !x.inputs.every((input) => isUniform(input))) return;
    const [a, b] = x.inputs.map((input) => (input.op === "Uniform" ? input.attributes.value : 0));
    if (x.op === "Reshape" || x.op === "Broadcast" || x.op === "Transpose" || x.op === "Slice")
      return uniform(a!, x.shape, x.dtype);
    if (x.op === "Cast") return uniform(a!, x.shape, x.dtype);
    const fold = FOLD[x.op];
    // Only floats: integers of tfjs wrap or not by backend.
    if (fold && x.dtype === "float32") return uniform(fold(a!, b ?? 0), x.shape, x.dtype);
    return;
  };

  const dropNeutral: Rule = (x) => {
    const [a, b] = x.inputs;
    if ((x.op === "Add" || x.op === "Sub") && isUniform(b, 0)) return expand(a!, x.shape);
    if (x.op === "Add" && isUniform(a, 0)) return expand(b!, x.shape);
    if ((x.op === "Multiply" || x.op === "RealDiv") && isUniform(b, 1)) return expand(a!, x.shape);
    if (x.op === "Multiply" && isUniform(a, 1)) return expand(b!, x.shape);
    if (x.op === "Pow" && isUniform(b, 1)) return expand(a!, x.shape);
    if (x.op === "Pow" && isUniform(b, 2) && sameShape(a!.shape, x.shape))
      return make("Square", [a!], {}, x.shape, x.dtype);
    return;
  };

  const dropNothing: Rule = (x) => {
    const [a] = x.inputs;
    if (x.op === "Cast" && a!.dtype === x.dtype) return a;
    if ((x.op === "Reshape" || x.op === "Broadcast") && sameShape(a!.shape, x.shape)) return a;
    if (x.op === "Slice" && sameShape(a!.shape, x.shape)) return a;
    if (x.op === "Concat" && x.inputs.length === 1) return a;
    if (x.op === "Neg" && a!.op === "Neg") return a!.inputs[0];
    if (x.op === "Add" && x.inputs[1]!.op === "Neg")
      return make("Sub", [a!, x.inputs[1]!.inputs[0]!], {}, x.shape, x.dtype);
    const reduces = x.op === "Sum" || x.op === "Mean" || x.op === "Max" || x.op === "Min";
    if (reduces && x.attributes.axes.every((axis) => a!.shape[axis] === 1))
      return reshape(a!, x.shape);
    return;
  };

  /** An operation that broadcasts takes an operand as it was before it was broadcast. */
  const dropBroadcast: Rule = (x) => {
    if (UNARY.has(x.op) && x.inputs[0]!.op === "Broadcast") {
      const before = x.inputs[0]!.inputs[0]!;
      return expand(simple({ ...x, inputs: [before], shape: before.shape }), x.shape);
    }
    if (!BINARY.has(x.op) && x.op !== "Select") return;
    for (const [index, input] of x.inputs.entries()) {
      const before =
        input.op === "Broadcast"
          ? input.inputs[0]!
          : input.op === "Uniform" && input.shape.length > 0
            ? uniform(input.attributes.value, [], input.dtype)
            : undefined;
      if (before === undefined) continue;
      const inputs = x.inputs.with(index, before);
      if (sameShape(broadcastShape(...inputs.map((each) => each.shape)), x.shape))
        return simple({ ...x, inputs });
    }
    return;
  };

  const mergeReshapes: Rule = (x) => {
    const [a, b] = x.inputs;
    if (x.op === "Reshape" && a!.op === "Reshape") return reshape(a!.inputs[0]!, x.shape);
    if (UNARY.has(x.op) && a!.op === "Reshape") {
      const before = a!.inputs[0]!;
      return reshape(simple({ ...x, inputs: [before], shape: before.shape }), x.shape);
    }
    if (!BINARY.has(x.op)) return;
    for (const [index, input] of [a!, b!].entries()) {
      if (input.op !== "Reshape" || !sameShape(input.shape, x.shape)) continue;
      const before = input.inputs[0]!;
      const other = x.inputs[1 - index]!;
      const partner = beside(before, other);
      if (partner === undefined) continue;
      const inputs = index === 0 ? [before, partner] : [partner, before];
      return reshape(simple({ ...x, inputs, shape: before.shape }), x.shape);
    }
    return;
  };

  /** What `other` becomes if the operand beside it is taken as `before` it was reshaped, where that is possible. */
  function beside(before: Node, other: Node): Node | undefined {
    if (other.op === "Reshape" && sameShape(other.inputs[0]!.shape, before.shape))
      return other.inputs[0];
    if (other.shape.length === 0) return other;
    const last = before.shape.at(-1);
    return other.shape.length === 1 && last === other.shape[0] && last !== 1 ? other : undefined;
  }

  const mergeTransposes: Rule = (x) => {
    if (x.op !== "Transpose") return;
    const [a] = x.inputs;
    const { perm } = x.attributes;
    if (a!.op === "Transpose") {
      const first = a!.attributes.perm;
      const merged = perm.map((axis) => first[axis]!);
      return make("Transpose", [a!.inputs[0]!], { perm: merged }, x.shape, x.dtype);
    }
    // Where only axes of size 1 move, the elements stay where they are.
    const moved = perm.filter((axis) => a!.shape[axis] !== 1);
    return moved.every((axis, index) => index === 0 || moved[index - 1]! < axis)
      ? reshape(a!, x.shape)
      : undefined;
  };

  const simplifyProduct: Rule = (x) => {
    if (x.op !== "MatMul") return;
    for (const [index, flag] of [
      [0, "transposeA"],
      [1, "transposeB"],
    ] as const) {
      const operand = x.inputs[index]!;
      if (operand.op !== "Transpose" || !swapsLastTwo(operand.attributes.perm)) continue;
      const inputs = x.inputs.with(index, operand.inputs[0]!);
      const attributes = { ...x.attributes, [flag]: !x.attributes[flag] };
      return make("MatMul", inputs, attributes, x.shape, x.dtype);
    }
    // One matrix on the right of many is a product of two matrices.
    const [a, b] = x.inputs as [Node, Node];
    if (a.shape.length > 2 && sizeOf(b.shape.slice(0, -2)) === 1 && !x.attributes.transposeA) {
      const depth = a.shape.at(-1)!;
      const flat = reshape(a, [sizeOf(a.shape) / depth, depth]);
      const matrix = reshape(b, b.shape.slice(-2));
      const shape = [flat.shape[0]!, x.shape.at(-1)!];
      return reshape(make("MatMul", [flat, matrix], x.attributes, shape, x.dtype), x.shape);
    }
    return;
  };

  const RULES: readonly Rule[] = [
    foldUniform,
    dropNeutral,
    dropNothing,
    dropBroadcast,
    mergeReshapes,
    mergeTransposes,
    simplifyProduct,
  ];

  return rewrite(graph, simple);
}

function swapsLastTwo(perm: readonly number[]): boolean {
  const rank = perm.length;
  return (
    rank >= 2 &&
    perm.every(
      (axis, index) =>
        axis === (index === rank - 1 ? rank - 2 : index === rank - 2 ? rank - 1 : index),
    )
  );
}
