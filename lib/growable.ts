/** The typed arrays of which the columns of a table are made. */
export type TypedArray =
  | Uint8Array
  | Int8Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** Numbers put on end in a typed array that doubles as it fills. */
export class Growable<A extends TypedArray> {
  /** The first `length` of these. Another array once it has grown. */
  values: A;
  length = 0;

  constructor(values: A) {
    this.values = values;
  }

  /** Makes room for `more` numbers after the last. */
  reserve(more: number): void {
    const { values, length } = this;
    if (length + more <= values.length) return;
    const ArrayType = values.constructor as new (length: number) => A;
    const grown = new ArrayType(Math.max(length + more, 2 * values.length));
    grown.set(values.subarray(0, length) as never);
    this.values = grown;
  }

  /** Adds `count` places, whatever stands in them, and returns where they begin. */
  extend(count: number): number {
    const at = this.length;
    this.reserve(count);
    this.length = at + count;
    return at;
  }

  push(value: A[number]): void {
    if (this.length === this.values.length) this.reserve(1);
    this.values[this.length++] = value;
  }

  append(values: ArrayLike<A[number]>): void {
    const at = this.extend(values.length);
    this.values.set(values as never, at);
  }

  /** The numbers, in place: what is put here later may overwrite them. */
  view(): A {
    return this.values.subarray(0, this.length) as A;
  }

  /** A copy of the numbers. */
  taken(): A {
    return this.values.slice(0, this.length) as A;
  }
}
