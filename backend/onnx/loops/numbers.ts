import type { Node, Operation } from "../graph.ts";

const { fround } = Math;

/** What tensors of one element are made of; conditions are 0 and 1. */
const RULES: { readonly [O in Operation]?: (...operands: number[]) => number } = {
  Reshape: (x) => x!,
  Add: (a, b) => fround(a! + b!),
  Sub: (a, b) => fround(a! - b!),
  Multiply: (a, b) => fround(a! * b!),
  RealDiv: (a, b) => fround(a! / b!),
  Square: (x) => fround(x! * x!),
  Sqrt: (x) => fround(Math.sqrt(x!)),
  Abs: (x) => Math.abs(x!),
  Neg: (x) => -x!,
  Maximum: (a, b) => Math.max(a!, b!),
  Minimum: (a, b) => Math.min(a!, b!),
  Greater: (a, b) => Number(a! > b!),
  Select: (condition, a, b) => (condition === 1 ? a! : b!),
};

export const isComputed = ({ op }: Node) => RULES[op] !== undefined;

/** The values of nodes of one element, each step rounded to float32, as far as they follow from those that are given. */
export class Numbers {
  readonly #values = new Map<Node, number>();
  readonly #given: (x: Node) => number;

  /** @param given the value of an Input */
  constructor(given: (x: Extract<Node, { op: "Input" }>) => number) {
    this.#given = (x) => {
      if (x.op === "Uniform") return x.attributes.value;
      if (x.op === "Input") return given(x);
      throw new Error(`the value of a ${x.op} is not there yet`);
    };
  }

  set(x: Node, value: number): void {
    this.#values.set(x, fround(value));
  }

  of(x: Node): number {
    const known = this.#values.get(x);
    if (known !== undefined) return known;
    const rule = RULES[x.op];
    const value = rule ? rule(...x.inputs.map((input) => this.of(input))) : this.#given(x);
    this.#values.set(x, value);
    return value;
  }
}
