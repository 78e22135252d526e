import { makeBatch } from "../../../engine/index.ts";
import { Growable } from "../../../lib/growable.ts";
import { cues } from "../tables.ts";

/** Examples that a partition keeps at most. */
const MOST = 8192;

/** A column of the table each, in its order. */
const WIDTH = Object.keys(cues.columns).length;

/** What can be told of examples without reading them: of every one, or once there are many of every second, fourth, ... */
export class CueSample {
  readonly #rows = new Growable(new Int32Array(WIDTH * 64));
  #every = 1;
  #seen = 0;

  add(row: { readonly [K in keyof typeof cues.columns]: number }): void {
    if (this.#seen++ % this.#every !== 0) return;
    this.#rows.append([
      row.a_length,
      row.b_length,
      row.chunk,
      row.predictions,
      row.predictions_in_a,
      row.position_sum,
      row.sentence_order_label,
    ]);
    if (this.#rows.length > WIDTH * MOST) this.#thin();
  }

  /** Drops every second row. */
  #thin(): void {
    const { values, length } = this.#rows;
    let kept = 0;
    for (let from = 0; from < length; from += 2 * WIDTH, kept += WIDTH)
      values.copyWithin(kept, from, from + WIDTH);
    this.#rows.length = kept;
    this.#every *= 2;
  }

  batch() {
    const { values, length } = this.#rows;
    const column = (index: number) =>
      Int32Array.from({ length: length / WIDTH }, (_, row) => values[row * WIDTH + index]!);
    return makeBatch(cues, {
      a_length: column(0),
      b_length: column(1),
      chunk: column(2),
      predictions: column(3),
      predictions_in_a: column(4),
      position_sum: column(5),
      sentence_order_label: Int8Array.from(column(6)),
    });
  }
}
