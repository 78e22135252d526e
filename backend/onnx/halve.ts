import { type Graph, type Node, node, type Operation, sameShape, topological } from "./graph.ts";

/** Move elements or combine few of them, so that they lose nothing in float16 that their operands had not lost. */
const CARRIERS: ReadonlySet<Operation> = new Set<Operation>(
  "Reshape Broadcast Transpose Slice Pad Concat Neg Relu Add Sub Multiply Maximum Minimum Select After".split(
    " ",
  ) as Operation[],
);

/** A float32 node of the graph: computed in one precision, cast to the other on demand. */
interface Versions {
  readonly native: "float32" | "float16" | "either";
  float32?: Node;
  float16?: Node;
}

/**
 * Computes matrix products in float16, and what carries only their results on to other products: biases, sums, changes
 * of shape, dropout. Everything else is computed in float32, to which results are cast first: means, powers, softmax, losses,
 * sums of gradients over layers, and whatever meets a float32 tensor of its own size. Parameters stay float32.
 */
export function halve(graph: Graph): Graph {
  const versions = new Map<Node, Versions>();
  const of = (x: Node) => versions.get(x)!;

  function as(x: Node, dtype: "float32" | "float16"): Node {
    const all = of(x);
    const existing = all[dtype];
    if (existing !== undefined) return existing;
    const made = all.native === "either" ? rebuilt(x, dtype) : cast(all[all.native]!, dtype);
    all[dtype] = made;
    return made;
  }

  const cast = (x: Node, dtype: "float32" | "float16") => node("Cast", [x], {}, x.shape, dtype);
  const isFloat = (x: Node) => x.dtype === "float32";

  /** A node with its float operands, and its own result where that is a float, in one precision. */
  function rebuilt(x: Node, dtype: "float32" | "float16"): Node {
    const inputs = x.inputs.map((input) => (isFloat(input) ? as(input, dtype) : operand(input)));
    return { ...x, inputs, dtype: isFloat(x) ? dtype : x.dtype };
  }

  /** What is no float has one version. */
  const operand = (x: Node) => of(x).float32!;

  function nativeOf(x: Node): Versions["native"] {
    if (x.op === "MatMul") return "float16";
    if (x.op === "Uniform") return isInRange(x.attributes.value) ? "either" : "float32";
    if (x.op === "Cast" && x.inputs[0]!.dtype === "bool") return "either";
    if (!CARRIERS.has(x.op)) return "float32";
    const floats = x.op === "After" ? x.inputs.slice(0, 1) : x.inputs.filter(isFloat);
    const natives = floats.map((input) => of(input).native);
    if (natives.every((native) => native === "either")) return "either";
    const fits = floats.every((input) => of(input).native !== "float32" || isBias(input, x.shape));
    return fits && natives.includes("float16") ? "float16" : "float32";
  }

  for (const x of topological(graph)) {
    const native = isFloat(x) ? nativeOf(x) : "float32";
    const all: Versions = { native };
    versions.set(x, all);
    if (native !== "either") all[native] = rebuilt(x, native);
  }
  const mapped = (results: ReadonlyMap<string, Node>) =>
    new Map([...results].map(([name, result]) => [name, as(result, "float32")]));
  return { name: graph.name, state: mapped(graph.state), outputs: mapped(graph.outputs) };
}

/** Whether float16 holds a number as something like itself: between its least normal number and its largest. */
function isInRange(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= 2 ** -14 && size <= 65_504);
}

/** Whether a tensor is a parameter that is added along the last axis of a shape. */
function isBias(x: Node, shape: readonly number[]): boolean {
  const from = x.op === "Reshape" || x.op === "Broadcast" ? x.inputs[0]! : x;
  return from.op === "Input" && from.shape.length === 1 && !sameShape(from.shape, shape);
}
