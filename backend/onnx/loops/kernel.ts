import type { Expression, Operand, StepOperation } from "./expression.ts";
import { CODE, I32, moduleOf, V128 } from "./wasm.ts";

/** Elements that are computed at once: a dozen arrays of them fit into a second-level cache. */
const CHUNK = 8192;
const CHUNK_BYTES = 4 * CHUNK;
const LANES = 4;
/** Bytes of a vector, and of a result's sums, a float64 for each lane. */
const VECTOR = 16;
const SUMS = 8 * LANES;
const PAGE = 65_536;

/** What becomes of an expression's results: each is written into a tensor, or all of its elements are added up. */
export interface Form {
  readonly expression: Expression;
  /** For each result the array that it is written into: a tensor's of the expression, or one after these. */
  readonly stores?: readonly number[];
}

/** Equal for forms that one kernel computes. */
export function keyOf({ expression, stores }: Form): string {
  const { tensors, numbers, steps, results } = expression;
  return JSON.stringify([tensors.length, numbers.length, steps, results, stores]);
}

/** Where what a form reads and writes begins in memory: its numbers at 0, then sums, then arrays. */
function placesOf({ expression: { tensors, numbers, results }, stores = [] }: Form) {
  const sums = Math.ceil((4 * numbers.length) / VECTOR) * VECTOR;
  const first = sums + SUMS * results.length;
  const arrays = Math.max(tensors.length, ...stores.map((array) => array + 1));
  const arrayAt = (array: number) => first + array * CHUNK_BYTES;
  return { sums, arrays, arrayAt, pages: Math.ceil(arrayAt(arrays) / PAGE) };
}

const STEP: Readonly<Record<StepOperation, readonly number[]>> = {
  Add: CODE.add,
  Sub: CODE.sub,
  Multiply: CODE.mul,
  RealDiv: CODE.div,
  Square: CODE.mul,
  Sqrt: CODE.sqrt,
  Abs: CODE.abs,
  Neg: CODE.neg,
};

/**
 * Computes an expression in one pass over its tensors, in float32 and four elements at a time: every step is rounded as
 * by any other backend. Sums are kept in float64.
 */
export class Kernel {
  readonly #form: Form;
  readonly #run: (bytes: number) => void;
  readonly #numbers: Float32Array;
  readonly #sums: Float64Array;
  readonly #arrays: readonly Float32Array[];

  /** A WebAssembly.CompileError where the processor has no vectors of 128 bits. */
  constructor(form: Form) {
    this.#form = form;
    const { numbers, results } = form.expression;
    const { sums, arrays, arrayAt, pages } = placesOf(form);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const module = new WebAssembly.Module(encode(form));
    const { exports } = new WebAssembly.Instance(module, { of: { memory } });
    this.#run = exports["run"] as (bytes: number) => void;
    this.#numbers = new Float32Array(memory.buffer, 0, numbers.length);
    this.#sums = new Float64Array(memory.buffer, sums, results.length * LANES);
    this.#arrays = Array.from(
      { length: arrays },
      (_, array) => new Float32Array(memory.buffer, arrayAt(array), CHUNK),
    );
  }

  /** Writes the results into arrays that may be among those that are read. */
  write(
    tensors: readonly Float32Array[],
    numbers: readonly number[],
    targets: readonly Float32Array[],
  ): void {
    const { stores } = this.#form;
    this.#numbers.set(numbers);
    for (const [from, to] of this.#chunks(tensors)) {
      this.#run(4 * Math.ceil((to - from) / LANES) * LANES);
      for (const [index, target] of targets.entries())
        target.set(this.#arrays[stores![index]!]!.subarray(0, to - from), from);
    }
  }

  /** The sums over all elements of each result. */
  sum(tensors: readonly Float32Array[], numbers: readonly number[]): number[] {
    const sums = this.#form.expression.results.map(() => 0);
    this.#numbers.set(numbers);
    for (const [from, to] of this.#chunks(tensors)) {
      const whole = Math.floor((to - from) / LANES) * LANES;
      if (whole > 0) {
        this.#run(4 * whole);
        this.#addTo(sums, LANES);
      }
      if (whole === to - from) continue;
      for (const array of this.#arrays) array.copyWithin(0, whole, to - from);
      this.#run(4 * LANES);
      this.#addTo(sums, to - from - whole);
    }
    return sums;
  }

  *#chunks(tensors: readonly Float32Array[]): Generator<readonly [from: number, to: number]> {
    const { length } = tensors[0]!;
    for (let from = 0; from < length; from += CHUNK) {
      const to = Math.min(length, from + CHUNK);
      for (const [index, tensor] of tensors.entries())
        this.#arrays[index]!.set(tensor.subarray(from, to));
      yield [from, to];
    }
  }

  #addTo(sums: number[], lanes: number): void {
    for (const index of sums.keys())
      for (let lane = 0; lane < lanes; lane++) sums[index]! += this.#sums[index * LANES + lane]!;
  }
}

/** The parameter, which is where the arrays end, and the position in them, both in bytes. */
const END = 0;
const AT = 1;

function encode(form: Form): Uint8Array<ArrayBuffer> {
  const { expression, stores } = form;
  const { tensors, numbers, steps, results } = expression;
  const places = placesOf(form);
  const counts = { tensor: tensors.length, number: numbers.length, step: steps.length };
  const firsts = { tensor: 2, number: 2 + counts.tensor, step: 2 + counts.tensor + counts.number };
  const local = ([kind, index]: Operand) => firsts[kind] + index;
  const get = (operand: Operand) => CODE.get(local(operand));
  const halves = stores === undefined ? results.length * 2 : 0;
  const halfOf = (result: number, half: number) => firsts.step + counts.step + 2 * result + half;

  const add = (result: number, half: number, value: readonly number[]) => {
    const sum = halfOf(result, half);
    return [...CODE.get(sum), ...value, ...CODE.promote, ...CODE.addF64, ...CODE.set(sum)];
  };
  const code = [
    ...numbers.flatMap((_, index) => [
      ...CODE.i32(0),
      ...CODE.loadSplat(4 * index),
      ...CODE.set(local(["number", index])),
    ]),
    ...CODE.loop,
    ...tensors.flatMap((_, index) => [
      ...CODE.get(AT),
      ...CODE.load(places.arrayAt(index)),
      ...CODE.set(local(["tensor", index])),
    ]),
    ...steps.flatMap(({ op, operands }, index) => [
      ...(op === "Square" ? [...operands, ...operands] : operands).flatMap(get),
      ...STEP[op],
      ...CODE.set(local(["step", index])),
    ]),
    ...results.flatMap((result, index) =>
      stores === undefined
        ? [
            ...add(index, 0, get(result)),
            ...add(index, 1, [...get(result), ...get(result), ...CODE.upperHalf]),
          ]
        : [...CODE.get(AT), ...get(result), ...CODE.store(places.arrayAt(stores[index]!))],
    ),
    ...[...CODE.get(AT), ...CODE.i32(VECTOR), ...CODE.addI32, ...CODE.tee(AT)],
    ...[...CODE.get(END), ...CODE.lessI32, ...CODE.branchIf(0)],
    ...CODE.end,
    ...Array.from({ length: halves }, (_, half) => [
      ...CODE.i32(0),
      ...CODE.get(halfOf(0, half)),
      ...CODE.store(places.sums + VECTOR * half),
    ]).flat(),
  ];
  const vectors = counts.tensor + counts.number + counts.step + halves;
  const locals = [
    [1, I32],
    [vectors, V128],
  ] as const;
  return moduleOf(code, locals, places.pages);
}
