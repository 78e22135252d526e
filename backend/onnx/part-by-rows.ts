import { type Graph, type Node, node, rewrite } from "./graph.ts";

/** Terms that onnxruntime's matrix product always adds up in one order. */
const ONE_BLOCK = 128;
/** Columns from which a thread's part of them is so many that its number does not change how terms are grouped. */
const MANY_COLUMNS = 2048;

/**
 * Has wide products of few rows computed as their transposes. onnxruntime parts a product of more columns than rows
 * between threads by columns, and the fewer columns a thread has the more terms it adds up at once: its bits would
 * depend on the number of threads (up to 16 of them, beyond which they may still).
 */
export function partByRows(graph: Graph): Graph {
  return rewrite(graph, (x) => (isPartedByColumns(x) ? transposed(x) : x));
}

function isPartedByColumns(x: Node): x is Extract<Node, { op: "MatMul" }> {
  if (x.op !== "MatMul" || x.inputs.some(({ shape }) => shape.length > 2)) return false;
  const [rows, columns] = x.shape as [number, number];
  const terms = x.inputs[0]!.shape[x.attributes.transposeA ? 0 : 1]!;
  return columns > rows && columns < MANY_COLUMNS && terms > ONE_BLOCK;
}

/** (b^T a^T + addend^T)^T */
function transposed({ inputs, attributes, shape, dtype }: Extract<Node, { op: "MatMul" }>): Node {
  const [a, b, addend] = inputs as [Node, Node, Node?];
  const { transposeA, transposeB, alpha } = attributes;
  const flags = { transposeA: !transposeB, transposeB: !transposeA, alpha };
  const operands = addend === undefined ? [b, a] : [b, a, flipped(addend)];
  const product = node("MatMul", operands, flags, shape.toReversed(), dtype);
  return node("Transpose", [product], { perm: [1, 0] }, shape, dtype);
}

/** What is added, as it is added to the transpose. */
function flipped(x: Node): Node {
  if (x.shape.length === 0) return x;
  if (x.shape.length === 1) return node("Reshape", [x], {}, [x.shape[0]!, 1], x.dtype);
  return node("Transpose", [x], { perm: [1, 0] }, x.shape.toReversed(), x.dtype);
}
