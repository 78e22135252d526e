import { type Graph, isUnchanged, type Node, sameShape, topological } from "../graph.ts";
import { type Expression, expressionOf, isNumber, isStep } from "./expression.ts";
import { isComputed } from "./numbers.ts";

type Sum = Extract<Node, { op: "Sum" }>;

/** Sums over the same tensors. */
export interface Sums {
  readonly expression: Expression;
  readonly nodes: readonly Sum[];
}

/** New values of tensors that are read together. */
export interface Updates {
  readonly expression: Expression;
  readonly names: readonly string[];
}

/** A program as passes over the state's tensors, one after the other. */
export interface Plan {
  /** What comes first: sums which need no other sums before those that do. */
  readonly sums: readonly Sums[];
  readonly updates: readonly Updates[];
  /** New values of tensors of one element, and what is handed back: lists of such. */
  readonly numbers: ReadonlyMap<string, Node>;
  readonly outputs: ReadonlyMap<string, readonly Node[]>;
}

/**
 * Takes a program apart that only goes through the state's tensors element by element, such as an optimiser's update;
 * undefined for any other.
 */
export function planOf(graph: Graph): Plan | undefined {
  const order = topological(graph);
  const tensors = new Set<Node>();
  /** How many sums have to be there one after the other. */
  const depths = new Map<Node, number>();
  const sums: Sum[] = [];
  const results = new Set(graph.outputs.values());
  for (const x of order) {
    const depth = Math.max(0, ...x.inputs.map((input) => depths.get(input)!));
    depths.set(x, depth + Number(x.op === "Sum"));
    const isList = x.op === "Concat" && results.has(x) && x.inputs.every(isNumber);
    if (x.op === "Sum" && isNumber(x) && tensors.has(x.inputs[0]!)) sums.push(x);
    else if (isTensor(x, tensors)) tensors.add(x);
    else if (!isList && !isAllowedNumber(x)) return;
  }
  const updates = [...graph.state].filter(([name, x]) => !isUnchanged(name, x));
  const wide = updates.filter(([, x]) => tensors.has(x));
  const rest = updates.filter(([, x]) => !tensors.has(x));
  const isReturned = (x: Node) => x.dtype === "float32" && listed(x).every(isNumber);
  if (wide.length === 0 || ![...graph.outputs.values()].every(isReturned)) return;
  if (!rest.every(([, x]) => isNumber(x) && isReturned(x))) return;
  const levels = [...new Set(sums.map((sum) => depths.get(sum)!))].sort((a, b) => a - b);
  return {
    sums: levels.flatMap((level) =>
      together(
        sums.filter((sum) => depths.get(sum) === level),
        namesIn,
      ).map((nodes) => ({
        expression: expressionOf(nodes.map(({ inputs }) => inputs[0]!)),
        nodes,
      })),
    ),
    updates: together(wide, ([name, x]) => [name, ...namesIn(x)]).map((group) => ({
      expression: expressionOf(group.map(([, x]) => x)),
      names: group.map(([name]) => name),
    })),
    numbers: new Map(rest),
    outputs: new Map([...graph.outputs].map(([name, x]) => [name, listed(x)])),
  };
}

const listed = (x: Node) => (x.op === "Concat" ? x.inputs : [x]);

/** Whether a node is a tensor of the state, or computed from such, and numbers, element by element. */
function isTensor(x: Node, tensors: ReadonlySet<Node>): boolean {
  if (x.dtype !== "float32" || isNumber(x) || x.shape.includes(0)) return false;
  if (x.op === "Input") return x.attributes.resident;
  if (x.op === "Reshape") return tensors.has(x.inputs[0]!);
  return isStep(x) && x.inputs.every((input) => isNumber(input) || isLike(input));

  function isLike(input: Node): boolean {
    return tensors.has(input) && sameShape(input.shape, x.shape);
  }
}

function isAllowedNumber(x: Node): boolean {
  if (!isNumber(x) || !x.inputs.every(isNumber)) return false;
  if (x.op === "Input" || x.op === "Uniform") return x.dtype === "float32";
  return isComputed(x);
}

/** Names of the tensors that a node reads. */
function namesIn(x: Node): readonly string[] {
  return expressionOf(x.op === "Sum" ? [x.inputs[0]!] : [x]).tensors;
}

/** Puts what has names in common, be it by way of others, into groups, in the order in which they come. */
function together<T>(items: readonly T[], namesOf: (item: T) => readonly string[]): T[][] {
  let groups: { readonly items: T[]; readonly names: ReadonlySet<string> }[] = [];
  for (const item of items) {
    const names = namesOf(item);
    const met = groups.filter((group) => names.some((name) => group.names.has(name)));
    groups = groups.filter((group) => !met.includes(group));
    groups.push({
      items: [...met.flatMap((group) => group.items), item],
      names: new Set([...met.flatMap((group) => [...group.names]), ...names]),
    });
  }
  return groups.map((group) => group.items);
}
