import type { DType } from "../backend.ts";

/** Element types inside a graph; `float16` and `bool` never cross its border. */
export type ElementType = DType | "float16" | "bool";

type None = Readonly<Record<never, never>>;
interface Reduction {
  /** Sorted, each in [0, rank of the input). */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** Every operation with its attributes. Operands broadcast as in NumPy; comparisons and logic give bool. */
export interface Operations {
  /** A tensor fed from outside; `resident` if it is the state's. */
  Input: { readonly name: string; readonly resident: boolean };
  Constant: { readonly data: Float32Array | Int32Array | Uint8Array };
  /** A constant with all elements equal. */
  Uniform: { readonly value: number };
  Cast: None;
  Reshape: None;
  Broadcast: None;
  Transpose: { readonly perm: readonly number[] };
  Neg: None;
  Abs: None;
  Square: None;
  Sqrt: None;
  Rsqrt: None;
  Exp: None;
  Log: None;
  Tanh: None;
  Sigmoid: None;
  /** x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)) */
  FastGelu: None;
  Erf: None;
  Relu: None;
  Floor: None;
  LogicalNot: None;
  Add: None;
  Sub: None;
  Multiply: None;
  RealDiv: None;
  FloorDiv: None;
  Mod: None;
  Pow: None;
  Maximum: None;
  Minimum: None;
  Equal: None;
  NotEqual: None;
  Greater: None;
  GreaterEqual: None;
  Less: None;
  LessEqual: None;
  LogicalAnd: None;
  LogicalOr: None;
  /** condition, then, else */
  Select: None;
  Sum: Reduction;
  Mean: Reduction;
  Max: Reduction;
  Min: Reduction;
  ArgMax: { readonly axis: number };
  /** alpha * a b (+ addend, if there is a third input), each operand's last two axes transposed on demand */
  MatMul: { readonly transposeA: boolean; readonly transposeB: boolean; readonly alpha: number };
  /** Over the last axis. */
  Softmax: None;
  /** x, int32 indices of any shape */
  Gather: { readonly axis: number };
  /** x [N, ...], int32 segment ids [N]: sums of the rows of equal id, [segments, ...] */
  SegmentSum: None;
  OneHot: { readonly on: number; readonly off: number };
  Slice: { readonly begin: readonly number[] };
  Pad: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    readonly value: number;
  };
  Concat: { readonly axis: number };
  /** The first input, once the others have been computed. */
  After: None;
  /**
   * A matrix [M, N] in blocks of `size` of its columns, in memory [N / size, M, size], which has the shape [1, N, 1, M];
   * flipped of its rows, [M / size, N, size], which has the shape [1, M, 1, N].
   */
  Block: { readonly flipped: boolean };
  /** What Block makes, back to a matrix. */
  Unblock: { readonly flipped: boolean; readonly size: number };
  /**
   * x [1, K, 1, P], filter [1, O, 1, K] and what is added, if anything is, of shape [O], [1, O, 1, P] or both, all but [O]
   * in blocks, to [1, O, 1, P] in blocks: sums over K.
   */
  BlockedProduct: None;
}

export type Operation = keyof Operations;

/** One operation of a graph, which is also its one result. */
export interface NodeOf<O extends Operation> {
  readonly op: O;
  readonly inputs: readonly Node[];
  readonly attributes: Operations[O];
  readonly shape: readonly number[];
  readonly dtype: ElementType;
}

export type Node = { [O in Operation]: NodeOf<O> }[Operation];

/** What a program computes: new values of resident tensors, and what is handed back. */
export interface Graph {
  readonly name: string;
  readonly state: ReadonlyMap<string, Node>;
  readonly outputs: ReadonlyMap<string, Node>;
}

/** Makes a node; the union's link between `op` and `attributes` is kept by the signature. */
export function node<O extends Operation>(
  op: O,
  inputs: readonly Node[],
  attributes: Operations[O],
  shape: readonly number[],
  dtype: ElementType,
): Node {
  return { op, inputs, attributes, shape, dtype } as unknown as Node;
}

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** A copy of `values` as a constant, uniform if they are; throws where a graph has no such element type. */
export function constant(values: ArrayLike<number>, shape: readonly number[], dtype: string): Node {
  if (!Object.hasOwn(ARRAYS, dtype)) throw new Error(`${dtype} tensors cannot be compiled`);
  const type = dtype as keyof typeof ARRAYS;
  const data = ARRAYS[type].from(values);
  const isUniform = data.every((value) => Object.is(value, data[0]));
  if (isUniform) return node("Uniform", [], { value: data[0] ?? 0 }, shape, type);
  return node("Constant", [], { data }, shape, type);
}

export const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** The shape of NumPy's broadcasting of two or more shapes, or an error where they do not fit. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((size) => size !== 1) ?? 1;
    if (sizes.some((other) => other !== 1 && other !== size))
      throw new Error(`shapes do not broadcast: ${shapes.map((s) => `[${s}]`).join(" and ")}`);
    return size;
  });
}

/** Every node that the graph's results need, each after its inputs, or after what `inputsOf` says. */
export function topological(
  graph: Graph,
  inputsOf: (node: Node) => readonly Node[] = ({ inputs }) => inputs,
): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  for (const root of [...graph.state.values(), ...graph.outputs.values()]) {
    const entry = (node: Node) => ({ node, inputs: inputsOf(node), next: 0 });
    const stack = [entry(root)];
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const child = seen.has(top.node) ? undefined : top.inputs[top.next++];
      if (child !== undefined) {
        if (!seen.has(child)) stack.push(entry(child));
        continue;
      }
      if (!seen.has(top.node)) {
        seen.add(top.node);
        order.push(top.node);
      }
      stack.pop();
    }
  }
  return order;
}

/** Whether a new value of a resident tensor is the one that it has. */
export function isUnchanged(name: string, x: Node): boolean {
  return x.op === "Input" && x.attributes.resident && x.attributes.name === name;
}

/** Which inputs of a BlockedProduct are added to it: a bias, a matrix. */
export function addendsOf({ inputs }: Node): {
  readonly bias: number | undefined;
  readonly sum: number | undefined;
} {
  const added = [...inputs.keys()].slice(2);
  const ofRank = (rank: number) => added.find((index) => inputs[index]!.shape.length === rank);
  return { bias: ofRank(1), sum: ofRank(4) };
}

/** How often each node is an input or a result. */
export function countUses(graph: Graph): Map<Node, number> {
  const counts = new Map<Node, number>();
  const count = (x: Node) => counts.set(x, (counts.get(x) ?? 0) + 1);
  for (const x of topological(graph)) x.inputs.forEach(count);
  for (const result of [...graph.state.values(), ...graph.outputs.values()]) count(result);
  return counts;
}

/** The nodes that read each node, each once, in order. */
export function usersOf(order: readonly Node[]): ReadonlyMap<Node, ReadonlySet<Node>> {
  const users = new Map<Node, Set<Node>>();
  for (const x of order)
    for (const input of x.inputs) users.set(input, (users.get(input) ?? new Set()).add(x));
  return users;
}

/**
 * The graph with every node replaced, inputs first, by what `replace` makes of it with its inputs replaced; it also gets
 * the node as it was, and `of`, what such a node before it became.
 */
export function rewrite(
  graph: Graph,
  replace: (node: Node, original: Node, of: (original: Node) => Node) => Node,
): Graph {
  const replaced = new Map<Node, Node>();
  const of = (original: Node) => replaced.get(original)!;
  for (const old of topological(graph)) {
    const inputs = old.inputs.map(of);
    const unchanged = inputs.every((input, index) => input === old.inputs[index]);
    replaced.set(old, replace(unchanged ? old : { ...old, inputs }, old, of));
  }
  return withResults(graph, of);
}

/** A graph of the same results, each as what `of` says that it became. */
export function withResults({ name, state, outputs }: Graph, of: (original: Node) => Node): Graph {
  const mapped = (results: ReadonlyMap<string, Node>) =>
    new Map([...results].map(([name, result]) => [name, of(result)]));
  return { name, state: mapped(state), outputs: mapped(outputs) };
}
