import { Growable, type TypedArray } from "../lib/growable.ts";
import type { ColumnType, ListData, Utf8Data } from "./column.ts";

/** Collects rows of one column; `V` is the column's view, from which rows are copied, and its data. */
export interface ColumnBuffer<V = unknown> {
  append(view: V, from: number, to: number): void;
  /** Bytes that rows [from, to) of a view take in Arrow, booleans counted as a byte each. */
  size(view: V, from: number, to: number): number;
  /** The rows so far, valid until the next `append`. */
  take(): V;
}

class FixedBuffer<A extends TypedArray> implements ColumnBuffer<A> {
  readonly #values: Growable<A>;
  readonly #width: number;

  constructor(values: A) {
    this.#values = new Growable(values);
    this.#width = values.BYTES_PER_ELEMENT;
  }

  append(view: A, from: number, to: number): void {
    this.#values.append(view.subarray(from, to) as A);
  }

  size(_view: A, from: number, to: number): number {
    return (to - from) * this.#width;
  }

  take(): A {
    return taken(this.#values);
  }
}

/** The values so far, to be overwritten by what is appended next. */
function taken<A extends TypedArray>(values: Growable<A>): A {
  const view = values.view();
  values.length = 0;
  return view;
}

/** Row ends, as in Arrow's offsets after the first. */
class Offsets {
  readonly #ends = new Growable(new Int32Array(64));
  #end = 0;

  append(offsets: Int32Array, from: number, to: number): void {
    const shift = this.#end - offsets[from]!;
    const at = this.#ends.extend(to - from) - from;
    const ends = this.#ends.values;
    for (let row = from; row < to; row++) ends[at + row] = offsets[row + 1]! + shift;
    this.#end = offsets[to]! + shift;
  }

  take(): Int32Array {
    const ends = taken(this.#ends);
    const offsets = new Int32Array(ends.length + 1);
    offsets.set(ends, 1);
    this.#end = 0;
    return offsets;
  }
}

class Utf8Buffer implements ColumnBuffer<Utf8Data> {
  readonly #offsets = new Offsets();
  readonly #bytes = new Growable<Uint8Array>(new Uint8Array(1024));

  append({ offsets, bytes }: Utf8Data, from: number, to: number): void {
    this.#offsets.append(offsets, from, to);
    this.#bytes.append(bytes.subarray(offsets[from], offsets[to]));
  }

  size({ offsets }: Utf8Data, from: number, to: number): number {
    return 4 * (to - from) + offsets[to]! - offsets[from]!;
  }

  take(): Utf8Data {
    return { offsets: this.#offsets.take(), bytes: taken(this.#bytes) };
  }
}

class ListBuffer<V> implements ColumnBuffer<ListData<V>> {
  readonly #offsets = new Offsets();
  readonly #elements: ColumnBuffer<V>;

  constructor(elements: ColumnBuffer<V>) {
    this.#elements = elements;
  }

  append({ offsets, values }: ListData<V>, from: number, to: number): void {
    this.#offsets.append(offsets, from, to);
    this.#elements.append(values, offsets[from]!, offsets[to]!);
  }

  size({ offsets, values }: ListData<V>, from: number, to: number): number {
    return 4 * (to - from) + this.#elements.size(values, offsets[from]!, offsets[to]!);
  }

  take(): ListData<V> {
    return { offsets: this.#offsets.take(), values: this.#elements.take() };
  }
}

/** An empty buffer for each column type. */
export const COLUMN_BUFFERS: { readonly [T in ColumnType]: () => ColumnBuffer } = {
  utf8: () => new Utf8Buffer() as ColumnBuffer,
  bool: () => new FixedBuffer(new Uint8Array(64)) as ColumnBuffer,
  int8: () => new FixedBuffer(new Int8Array(64)) as ColumnBuffer,
  uint8: () => new FixedBuffer(new Uint8Array(64)) as ColumnBuffer,
  int32: () => new FixedBuffer(new Int32Array(64)) as ColumnBuffer,
  int64: () => new FixedBuffer(new BigInt64Array(64)) as ColumnBuffer,
  float32: () => new FixedBuffer(new Float32Array(64)) as ColumnBuffer,
  float64: () => new FixedBuffer(new Float64Array(64)) as ColumnBuffer,
  "list<int32>": () => new ListBuffer(new FixedBuffer(new Int32Array(256))) as ColumnBuffer,
  "list<uint8>": () => new ListBuffer(new FixedBuffer(new Uint8Array(256))) as ColumnBuffer,
  "list<float32>": () => new ListBuffer(new FixedBuffer(new Float32Array(256))) as ColumnBuffer,
  "list<utf8>": () => new ListBuffer(new Utf8Buffer()) as ColumnBuffer,
};
