import {
  broadcastShape,
  countUses,
  type Graph,
  type Node,
  node,
  rewrite,
  sameShape,
} from "./graph.ts";

const isScalar = (x: Node | undefined) => x?.op === "Uniform";

/**
 * Gives a matrix product what follows it: a constant factor, or (of two matrices) a sum, be it a bias or the
 * gradient so far of a weight that several layers share.
 */
export function fuse(graph: Graph): Graph {
  const scaled = fuseWith(graph, (x, single) => {
    if (x.op !== "Multiply") return;
    const [product, factor] = isScalar(x.inputs[0])
      ? [x.inputs[1]!, x.inputs[0]!]
      : [x.inputs[0]!, x.inputs[1]!];
    if (product.op !== "MatMul" || factor.op !== "Uniform" || !single(product)) return;
    if (!sameShape(product.shape, x.shape)) return;
    const alpha = product.attributes.alpha * factor.attributes.value;
    return node("MatMul", product.inputs, { ...product.attributes, alpha }, x.shape, x.dtype);
  });
  const updated = new Set(scaled.state.values());
  return fuseWith(scaled, (x, single, original) => {
    // A sum that replaces a resident tensor stays elementwise, so that it can be written in place.
    if (x.op !== "Add" || x.shape.length !== 2 || updated.has(original)) return;
    for (const [product, addend] of [
      [x.inputs[1]!, x.inputs[0]!],
      [x.inputs[0]!, x.inputs[1]!],
    ] as const) {
      if (product.op !== "MatMul" || product.inputs.length > 2 || !single(product)) continue;
      if (product.inputs.some((operand) => operand.shape.length !== 2)) continue;
      if (
        !sameShape(product.shape, x.shape) ||
        !sameShape(broadcastShape(addend.shape, x.shape), x.shape)
      )
        continue;
      return node("MatMul", [...product.inputs, addend], product.attributes, x.shape, x.dtype);
    }
    return;
  });
}

/** Replaces nodes; `single` tells whether an input is used nowhere else. */
function fuseWith(
  graph: Graph,
  replace: (x: Node, single: (input: Node) => boolean, original: Node) => Node | undefined,
): Graph {
  const counts = countUses(graph);
  // A rebuilt node is used as often as the one that it stands for.
  const originals = new Map<Node, Node>();
  return rewrite(graph, (x, original) => {
    const single = (input: Node) => counts.get(originals.get(input) ?? input) === 1;
    const better = replace(x, single, original) ?? x;
    originals.set(better, original);
    return better;
  });
}
