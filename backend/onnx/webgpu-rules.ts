import { type Emitter, isDivisionOfNaturals, type LoweringRules } from "./lower.ts";

/** `a - b trunc(a / b)`, of the dividend's sign. */
function truncatedRemainder(a: string, b: string, emit: Emitter): string {
  return emit.add("Sub", [a, emit.add("Mul", [b, emit.add("Div", [a, b])])]);
}

/** As integers' Mod in ONNX, of the divisor's sign: the remainder once more of the remainder and the divisor. */
function remainder(a: string, b: string, emit: Emitter): string {
  const truncated = truncatedRemainder(a, b, emit);
  return truncatedRemainder(emit.add("Add", [truncated, b]), b, emit);
}

/** What onnxruntime's WebGPU provider has no kernel for, and would hand to the processor, with its operands. */
export const WEBGPU_RULES: LoweringRules = {
  Mod: ({ dtype }, [a, b], emit, usual) => (dtype === "int32" ? remainder(a!, b!, emit) : usual()),
  FloorDiv: (node, [a, b], emit, usual) => {
    if (node.dtype !== "int32" || isDivisionOfNaturals(node)) return usual();
    return emit.add("Div", [emit.add("Sub", [a!, remainder(a!, b!, emit)]), b!]);
  },
  MatMul: (node, [a, b], emit, usual) => {
    const { transposeA, transposeB, alpha } = node.attributes;
    const [left, right] = node.inputs;
    if (left!.shape.length <= 2 && right!.shape.length <= 2) return usual();
    const transposed = (name: string, rank: number) => {
      const axes = Array.from({ length: rank }, (_, axis) => axis);
      const perm = [...axes.slice(0, -2), rank - 1, rank - 2];
      return emit.add("Transpose", [name], { perm });
    };
    const product = emit.add("MatMul", [
      transposeA ? transposed(a!, left!.shape.length) : a!,
      transposeB ? transposed(b!, right!.shape.length) : b!,
    ]);
    return alpha === 1 ? product : emit.add("Mul", [product, emit.scalar(alpha, node.dtype)]);
  },
};
