import type { OnnxModel, OnnxNode } from "./model.ts";

/** Operators that read element i of an operand of the output's shape only to write element i. */
const ELEMENTWISE: ReadonlySet<string> = new Set(
  "Add Sub Mul Div Neg Abs Sqrt Reciprocal Exp Log Tanh Sigmoid Erf Relu Floor Max Min Pow Where".split(
    " ",
  ),
);
/** Operators whose output may be the memory of their first operand. */
const ALIASING: ReadonlySet<string> = new Set(["Reshape", "Identity"]);

/**
 * Says of an input and an output of its shape whether the output may be written into the input's memory while the model
 * runs. It may if every node that reads the input, directly or through an alias, must run before the node that makes the
 * output; that node itself may read it if it is elementwise. Nodes may run in any order that their inputs allow.
 */
export function inPlaceSafety({
  nodes,
}: Pick<OnnxModel, "nodes">): (input: string, output: string) => boolean {
  const makerOf = new Map<string, OnnxNode>();
  const readersOf = new Map<string, OnnxNode[]>();
  for (const node of nodes) {
    for (const name of node.outputs) makerOf.set(name, node);
    for (const name of new Set(node.inputs)) {
      const readers = readersOf.get(name);
      if (readers === undefined) readersOf.set(name, [node]);
      else readers.push(node);
    }
  }

  function nodesBefore(node: OnnxNode): ReadonlySet<OnnxNode> {
    const before = new Set<OnnxNode>();
    const pending = [...node.inputs];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const maker = makerOf.get(name);
      if (maker === undefined || before.has(maker)) continue;
      before.add(maker);
      pending.push(...maker.inputs);
    }
    return before;
  }

  return (input, output) => {
    const maker = makerOf.get(output)!;
    const before = nodesBefore(maker);
    const aliases = [input];
    // Grows while it is gone through.
    for (const alias of aliases) {
      for (const node of readersOf.get(alias) ?? []) {
        if (node === maker && (alias !== input || !ELEMENTWISE.has(node.op))) return false;
        if (node !== maker && !before.has(node)) return false;
        if (ALIASING.has(node.op) && alias === node.inputs[0]) aliases.push(node.outputs[0]!);
      }
    }
    return true;
  };
}
