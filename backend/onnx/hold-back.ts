import { type Graph, type Node, topological, usersOf, withResults } from "./graph.ts";

/**
 * Holds every After back until all that could be computed before it, and is used after it, has been: weight gradients,
 * which onnxruntime otherwise leaves for the end, with all that they are made of kept until then.
 */
export function holdBack(graph: Graph): Graph {
  const order = topological(graph);
  const users = usersOf(order);
  const results = new Set([...graph.state.values(), ...graph.outputs.values()]);
  const gates = order.filter(({ op }) => op === "After");
  if (gates.length === 0) return graph;
  const held = new Map<Node, Node[]>();
  let since: ReadonlySet<Node> | undefined;
  for (const gate of gates) {
    const later = followers(gate, order);
    const between = order.filter((x) => since?.has(x) && !later.has(x) && x !== gate);
    const needed = between.filter(
      (x) => results.has(x) || [...(users.get(x) ?? [])].some((user) => later.has(user)),
    );
    held.set(gate, needed);
    since = later;
  }
  const inputsOf = (x: Node) => [...x.inputs, ...(held.get(x) ?? [])];
  const rebuilt = new Map<Node, Node>();
  for (const x of topological(graph, inputsOf)) {
    const inputs = inputsOf(x).map((input) => rebuilt.get(input)!);
    rebuilt.set(x, { ...x, inputs });
  }
  return withResults(graph, (x) => rebuilt.get(x)!);
}

/** What cannot be computed before a node has been. */
function followers(first: Node, order: readonly Node[]): ReadonlySet<Node> {
  const found = new Set([first]);
  for (const x of order) if (x.inputs.some((input) => found.has(input))) found.add(x);
  return found;
}
