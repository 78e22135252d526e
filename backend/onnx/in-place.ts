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
 * Whether an output may be written into the memory of an input of its shape while the model runs. It may if every
 * node that reads the input, directly or through an alias, must run before the node that makes the output; that node
 * itself may read it if it is elementwise. Nodes may run in any order that their inputs allow.
 */
export function isSafeInPlace({ nodes }: OnnxModel, input: string, output: string): boolean {
  const makerOf = new Map<string, OnnxNode>();
  for (const node of nodes) for (const name of node.outputs) makerOf.set(name, node);
  const maker = makerOf.get(output)!;

  const before = new Set<OnnxNode>();
  const pending = [...maker.inputs];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = makerOf.get(name);
    if (node === undefined || before.has(node)) continue;
    before.add(node);
    pending.push(...node.inputs);
  }

  const aliases = new Set([input]);
  for (const node of nodes) {
    if (!node.inputs.some((name) => aliases.has(name))) continue;
    if (node === maker) {
      const direct = node.inputs.every((name) => name === input || !aliases.has(name));
      if (!ELEMENTWISE.has(node.op) || !direct) return false;
    } else if (!before.has(node)) return false;
    if (ALIASING.has(node.op) && aliases.has(node.inputs[0]!)) aliases.add(node.outputs[0]!);
  }
  return true;
}
