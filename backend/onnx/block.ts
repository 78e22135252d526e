import { sizeOf } from "../border.ts";
import {
  addendsOf,
  countUses,
  type Graph,
  type Node,
  node,
  sameShape,
  topological,
  withResults,
} from "./graph.ts";
import { BINARY, UNARY } from "./simplify.ts";

/** Multiplications a number that a product reads or writes, below which changing its layout costs more than it saves. */
const LEAST_INTENSITY = 100;

type Blocked = "columns" | "flipped";
/** A matrix as it is, in blocks of its columns, or flipped, in blocks of its rows: computed in one, the others on demand. */
interface Layouts {
  readonly native: "rows" | Blocked;
  rows?: Node;
  columns?: Node;
  flipped?: Node;
}

/** One image of one line, as onnxruntime sees it: channels are what is blocked. */
const blockedShape = ([M, N]: readonly number[], kind: Blocked) =>
  kind === "flipped" ? [1, M!, 1, N!] : [1, N!, 1, M!];
const madeIn = (kind: Layouts["native"], result: Node): Layouts => ({
  native: kind,
  [kind]: result,
});

/**
 * Computes large matrix products as onnxruntime's convolutions of one position over blocks of `size` channels, which
 * are a quarter faster than its matrix product on the CPU and three quarters where an operand is transposed.
 * What lies between products (activations, sums) is computed in blocks too; everything else sees matrices.
 */
export function block(graph: Graph, size: number): Graph {
  const layouts = new Map<Node, Layouts>();
  const uses = countUses(graph);
  const updated = new Set(graph.state.values());
  const of = (x: Node) => layouts.get(x)!;

  function rows(x: Node): Node {
    const all = of(x);
    all.rows ??= unblocked(all[all.native]!, all.native === "flipped", x);
    return all.rows;
  }

  function unblocked(blocks: Node, flipped: boolean, { shape, dtype }: Node): Node {
    return node("Unblock", [blocks], { flipped, size }, shape, dtype);
  }

  function blocks(x: Node, kind: Blocked): Node {
    const flipped = kind === "flipped";
    of(x)[kind] ??= node("Block", [rows(x)], { flipped }, blockedShape(x.shape, kind), x.dtype);
    return of(x)[kind]!;
  }

  const divides = (x: Node, axis: number) => x.shape[axis]! % size === 0;

  function product(x: Node): Layouts | undefined {
    if (x.op !== "MatMul" || x.shape.length !== 2 || x.attributes.alpha !== 1) return;
    const [a, b, addend] = x.inputs as [Node, Node, Node?];
    const { transposeA, transposeB } = x.attributes;
    if (a.shape.length !== 2 || b.shape.length !== 2 || (transposeA && transposeB)) return;
    const [M, N] = x.shape as [number, number];
    const K = a.shape[transposeA ? 0 : 1]!;
    if ((M * N * K) / (M * N + N * K + M * K) < LEAST_INTENSITY || K % size !== 0) return;
    // The wider operand of a^T b is the filter, which is taken as the product before it has left it.
    const kind = transposeA && M > N && divides(x, 0) ? "flipped" : "columns";
    if (!divides(x, kind === "flipped" ? 0 : 1)) return;
    const operands = transposeA
      ? kind === "flipped"
        ? [blocks(b, "flipped"), blocks(a, "columns")]
        : [blocks(a, "flipped"), blocks(b, "columns")]
      : [blocks(a, "columns"), blocks(b, transposeB ? "flipped" : "columns")];
    const isBias = addend?.shape.length === 1 && addend.shape[0] === N && kind === "columns";
    const joins = isBias || (addend !== undefined && sameShape(addend.shape, x.shape));
    if (joins) operands.push(isBias ? rows(addend!) : blocks(addend!, kind));
    const shape = blockedShape(x.shape, kind);
    const result = node("BlockedProduct", operands, {}, shape, x.dtype);
    if (addend === undefined || joins) return madeIn(kind, result);
    if (sizeOf(addend.shape) === 1)
      return madeIn(kind, node("Add", [result, rows(addend)], {}, shape, x.dtype));
    const matrix = unblocked(result, kind === "flipped", x);
    return madeIn("rows", node("Add", [matrix, rows(addend)], {}, x.shape, x.dtype));
  }

  /** A product with its bias, to which a matrix is added besides, such as what a layer passes by. */
  function joined(x: Node): Layouts | undefined {
    // A sum that replaces a resident tensor stays elementwise, so that it can be written in place.
    if (x.op !== "Add" || x.shape.length !== 2 || updated.has(x)) return;
    for (const [product, addend] of [x.inputs, x.inputs.toReversed()] as [Node, Node][]) {
      const { native, ...all } = of(product);
      const made = all[native];
      if (made?.op !== "BlockedProduct" || native === "rows" || uses.get(product) !== 1) continue;
      const isWhole = [product, addend].every(({ shape }) => sameShape(shape, x.shape));
      if (!isWhole || addendsOf(made).sum !== undefined) continue;
      const inputs = [...made.inputs, blocks(addend, native)];
      return madeIn(native, node("BlockedProduct", inputs, {}, made.shape, x.dtype));
    }
    return;
  }

  function elementwise(x: Node): Layouts | undefined {
    if (x.shape.length !== 2 || !(UNARY.has(x.op) || BINARY.has(x.op))) return;
    const whole = x.inputs.filter((input) => sameShape(input.shape, x.shape));
    const kind = whole[0] && of(whole[0]).native;
    if (kind === undefined || kind === "rows") return;
    const operands = x.inputs.map((input) => {
      if (whole.includes(input)) return of(input).native === kind ? of(input)[kind] : undefined;
      return sizeOf(input.shape) === 1 ? rows(input) : undefined;
    });
    if (operands.includes(undefined)) return;
    return madeIn(kind, { ...x, inputs: operands as Node[], shape: blockedShape(x.shape, kind) });
  }

  /** What is put off stays as it is; what it waits for does, too. */
  function after(x: Node): Layouts | undefined {
    if (x.op !== "After" || x.shape.length !== 2) return;
    const { native } = of(x.inputs[0]!);
    const inputs = x.inputs.map((input) => of(input)[of(input).native]!);
    const shape = native === "rows" ? x.shape : blockedShape(x.shape, native);
    return madeIn(native, { ...x, inputs, shape });
  }

  /** The sum of a matrix's rows, such as a bias's gradient, or of all that it holds. */
  function sum(x: Node): Layouts | undefined {
    if (x.op !== "Sum" || x.inputs[0]!.shape.length !== 2 || x.attributes.keepDims) return;
    const { native, ...all } = of(x.inputs[0]!);
    const whole = all[native]!;
    const { axes } = x.attributes;
    if (native !== "rows" && axes.length === 2)
      return madeIn(
        "rows",
        node("Sum", [whole], { axes: [0, 1, 2, 3], keepDims: false }, [], x.dtype),
      );
    if (native !== "columns" || axes[0] !== 0) return;
    const [, channels, , positions] = whole.shape as [number, number, number, number];
    const shape = [channels / size, positions, size];
    const groups = node("Reshape", [whole], {}, shape, x.dtype);
    const sums = node("Sum", [groups], { axes: [1], keepDims: false }, [shape[0]!, size], x.dtype);
    return madeIn("rows", node("Reshape", [sums], {}, x.shape, x.dtype));
  }

  for (const x of topological(graph)) {
    const asItIs = () => (x.inputs.length === 0 ? x : { ...x, inputs: x.inputs.map(rows) });
    layouts.set(
      x,
      product(x) ?? joined(x) ?? elementwise(x) ?? after(x) ?? sum(x) ?? madeIn("rows", asItIs()),
    );
  }
  return withResults(graph, rows);
}
