import { sizeOf } from "../../border.ts";
import type { Node } from "../graph.ts";

/** Operations that a kernel computes element by element. */
const STEPS = ["Add", "Sub", "Multiply", "RealDiv", "Square", "Sqrt", "Abs", "Neg"] as const;
export type StepOperation = (typeof STEPS)[number];

export function isStep(x: Node): x is Extract<Node, { op: StepOperation }> {
  return (STEPS as readonly string[]).includes(x.op);
}

export type Operand = readonly [kind: "tensor" | "number" | "step", index: number];

/** What is computed for every element of some tensors of one size. */
export interface Expression {
  /** Names of the state's tensors that it reads. */
  readonly tensors: readonly string[];
  /** Nodes of one element that it reads. */
  readonly numbers: readonly Node[];
  readonly steps: readonly { readonly op: StepOperation; readonly operands: readonly Operand[] }[];
  readonly results: readonly Operand[];
}

export const isNumber = (x: Node) => sizeOf(x.shape) === 1;

/** What computes nodes that are made of the state's tensors, numbers and steps alone, each step once. */
export function expressionOf(results: readonly Node[]): Expression {
  const tensors: string[] = [];
  const numbers: Node[] = [];
  const steps: Expression["steps"][number][] = [];
  const known = new Map<Node, Operand>();

  function operand(x: Node): Operand {
    const existing = known.get(x);
    if (existing !== undefined) return existing;
    const made = make(x);
    known.set(x, made);
    return made;
  }

  function make(x: Node): Operand {
    if (isNumber(x)) return ["number", numbers.push(x) - 1];
    if (x.op === "Input") return ["tensor", placed(x.attributes.name)];
    if (x.op === "Reshape") return operand(x.inputs[0]!);
    if (!isStep(x)) throw new Error(`${x.op} is no step of a kernel`);
    const operands = x.inputs.map(operand);
    return ["step", steps.push({ op: x.op, operands }) - 1];
  }

  function placed(name: string): number {
    const at = tensors.indexOf(name);
    return at === -1 ? tensors.push(name) - 1 : at;
  }

  return { results: results.map(operand), tensors, numbers, steps };
}
