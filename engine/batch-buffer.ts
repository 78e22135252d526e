import { type BatchData, type BatchView, type HasColumns, makeBatch } from "./batch.ts";
import type { Columns } from "./column.ts";
import { COLUMN_BUFFERS, type ColumnBuffer } from "./column-buffer.ts";
import type { Batch } from "./table.ts";

/** Collects rows of batches of any size into one batch, by copying ranges of raw buffers. */
export class BatchBuffer<C extends Columns> {
  readonly #table: HasColumns<C>;
  readonly #columns: readonly (readonly [string, ColumnBuffer])[];
  rows = 0;
  /** Bytes of the rows so far, as `size` counts them. */
  bytes = 0;

  constructor(table: HasColumns<C>) {
    this.#table = table;
    this.#columns = Object.entries(table.columns).map(([name, type]) => [
      name,
      COLUMN_BUFFERS[type](),
    ]);
  }

  /** Bytes of rows [from, to) of a view in Arrow: a function of the rows alone, not of how they are batched. */
  size(view: BatchView<C>, from: number, to: number): number {
    let bytes = 0;
    for (const [name, column] of this.#columns) bytes += column.size(view[name], from, to);
    return bytes;
  }

  append(view: BatchView<C>, from: number, to: number): void {
    for (const [name, column] of this.#columns) column.append(view[name], from, to);
    this.rows += to - from;
    this.bytes += this.size(view, from, to);
  }

  /** The first row end in (from, to] by which the rows from `from` reach `bytes`; `to` where they do not. */
  reach(view: BatchView<C>, from: number, to: number, bytes: number): number {
    let low = from + 1;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.size(view, from, middle) >= bytes) high = middle;
      else low = middle + 1;
    }
    return high;
  }

  /** The rows so far as one batch, valid until the next `append`. */
  take(): Batch<C> {
    const data: Record<string, unknown> = {};
    for (const [name, column] of this.#columns) data[name] = column.take();
    this.rows = 0;
    this.bytes = 0;
    return makeBatch(this.#table, data as BatchData<C>);
  }
}
