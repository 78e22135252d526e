import { CUBIC, SLOPE } from "../ops/gelu.ts";
import { type Graph, type Node, node, rewrite, sameShape, topological, usersOf } from "./graph.ts";

/** Changes no number but those next to 0, which it keeps from being 0. */
const NEXT_TO_NOTHING = 1.1e-36;

/** GELU of x, and what is made of it for gradients. */
interface Gelu {
  readonly x: Node;
  /** x times the share of it that passes. */
  readonly value: Node;
  readonly gradients: readonly Gradient[];
}

/** A node that is `dy` times the slope of GELU. */
interface Gradient {
  readonly product: Node;
  readonly dy: Node;
}

/**
 * Computes GELU in onnxruntime's one pass, in the place of six. Its gradient, in the place of what `gelu` makes, is computed
 * of x and GELU alone, so that nothing else is kept for it: with g = GELU / x, the share that passes, and r = x - GELU it
 * is g (1 + r (SLOPE + 3 CUBIC x^2)). Therefore x must not be 0.
 */
export function fuseGelu(graph: Graph): Graph {
  const found = gelusIn(graph);
  if (found.length === 0) return graph;
  const values = new Map(found.map((gelu) => [gelu.value, gelu]));
  const products = new Map(
    found.flatMap((gelu) => gelu.gradients.map(({ product, dy }) => [product, { gelu, dy }])),
  );
  const divisors = new Set(found.filter(({ gradients }) => gradients.length > 0).map(({ x }) => x));
  return rewrite(graph, (x, original, of) => {
    const gelu = values.get(original);
    if (gelu !== undefined) return node("FastGelu", [of(gelu.x)], {}, x.shape, x.dtype);
    const product = products.get(original);
    if (product !== undefined)
      return gradient(of(product.gelu.x), of(product.gelu.value), of(product.dy));
    return divisors.has(original) ? plus(x, NEXT_TO_NOTHING) : x;
  });
}

const binary = (op: "Add" | "Sub" | "Multiply" | "RealDiv", a: Node, b: Node): Node =>
  node(op, [a, b], {}, a.shape, a.dtype);
const number = (value: number, { dtype }: Node): Node =>
  node("Uniform", [], { value: Math.fround(value) }, [], dtype);
const plus = (x: Node, value: number): Node => binary("Add", x, number(value, x));
const times = (x: Node, value: number): Node => binary("Multiply", x, number(value, x));

/** See `fuseGelu`; nothing of it is computed before `dy`, as it would have to be kept until then. */
function gradient(given: Node, value: Node, dy: Node): Node {
  const x = node("After", [given, dy], {}, given.shape, given.dtype);
  const share = binary("RealDiv", value, x);
  const slope = plus(times(node("Square", [x], {}, x.shape, x.dtype), 3 * CUBIC), SLOPE);
  const bend = plus(binary("Multiply", binary("Sub", x, value), slope), 1);
  return binary("Multiply", binary("Multiply", share, bend), dy);
}

/** All that are used as GELU and for its gradients only. */
function gelusIn(graph: Graph): readonly Gelu[] {
  const order = topological(graph);
  const users = usersOf(order);
  const results = new Set([...graph.state.values(), ...graph.outputs.values()]);
  const readersOf = (x: Node) => [...(users.get(x) ?? [])];
  return order.flatMap((gate): readonly Gelu[] => {
    const x = inputOf(gate);
    if (x === undefined || results.has(gate)) return [];
    const of = readersOf(gate);
    const value = of.find((user) => isProduct(user, x, gate));
    if (value === undefined) return [];
    const slopes = of.filter((user) => isSlope(user, x, gate, value));
    const products = slopes.flatMap(readersOf);
    const gradients = products.flatMap((product): readonly Gradient[] => {
      if (product.op !== "Multiply" || !sameShape(product.shape, x.shape)) return [];
      const dy = product.inputs.find((input) => !slopes.includes(input));
      return dy !== undefined && sameShape(dy.shape, x.shape) ? [{ product, dy }] : [];
    });
    const isOwn = (user: Node) =>
      user === value || slopes.includes(user) || (slopes.length > 0 && isRest(user, gate));
    if (!of.every(isOwn) || gradients.length !== products.length) return [];
    // What is wanted for itself stays what it is.
    const wanted = gradients.length > 0 ? [x, ...slopes] : [];
    return wanted.some((node) => results.has(node)) ? [] : [{ x, value, gradients }];
  });
}

/** x where a node is the share of x that passes: sigmoid(x (CUBIC x^2 + SLOPE)). */
function inputOf(gate: Node): Node | undefined {
  if (gate.op !== "Sigmoid") return;
  for (const [x, slope] of bothWays(gate.inputs[0]!, "Multiply"))
    if (sameShape(x.shape, gate.shape) && isParabola(slope, x, CUBIC)) return x;
  return;
}

/** Whether a node is gate + value (1 - gate) (3 CUBIC x^2 + SLOPE), in the order in which `gelu` multiplies. */
function isSlope(node: Node, x: Node, gate: Node, value: Node): boolean {
  return bothWays(node, "Add").some(
    ([share, bend]) =>
      share === gate &&
      bothWays(bend, "Multiply").some(
        ([product, slope]) =>
          isParabola(slope, x, 3 * CUBIC) &&
          bothWays(product, "Multiply").some(
            ([first, rest]) => first === value && isRest(rest, gate),
          ),
      ),
  );
}

const isRest = (node: Node, gate: Node) =>
  node.op === "Sub" && isNumber(node.inputs[0]!, 1) && node.inputs[1] === gate;

/** Whether a node is factor x^2 + SLOPE. */
function isParabola(node: Node, x: Node, factor: number): boolean {
  return bothWays(node, "Add").some(
    ([scaled, constant]) =>
      isNumber(constant, SLOPE) &&
      bothWays(scaled, "Multiply").some(
        ([square, by]) => isNumber(by, factor) && square.op === "Square" && square.inputs[0] === x,
      ),
  );
}

function isProduct(node: Node, a: Node, b: Node): boolean {
  return bothWays(node, "Multiply").some(([first, second]) => first === a && second === b);
}

function bothWays(x: Node, op: "Add" | "Multiply"): readonly (readonly [Node, Node])[] {
  if (x.op !== op) return [];
  const [a, b] = x.inputs as [Node, Node];
  return [
    [a, b],
    [b, a],
  ];
}

function isNumber(x: Node, value: number): boolean {
  return x.op === "Uniform" && x.attributes.value === Math.fround(value);
}
