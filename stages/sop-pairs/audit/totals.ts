import { type InputTable, viewBatch } from "../../../engine/index.ts";
import { tallies } from "../tables.ts";
import { HashSample } from "./hash-sample.ts";
import { type Hashed, isHashed, type Measure } from "./measure.ts";

/** The tallies of all partitions: counts added up, and hashes put together. */
export class Totals {
  readonly #counts = new Map<string, number>();
  readonly #hashes = new Map<string, HashSample>();
  readonly splits = new Set<string>();

  static async read(table: InputTable<(typeof tallies)["columns"]>): Promise<Totals> {
    const totals = new Totals();
    for await (const batch of table.batches()) {
      const { measure, split, value, count } = viewBatch(tallies, batch);
      let add = (_value: number, _count: number) => {};
      for (let row = 0; row < batch.numRows; row++) {
        if (!isRepeated(measure, row) || !isRepeated(split, row))
          add = totals.#adder(measure.get(row), split.get(row));
        add(Number(value[row]!), Number(count[row]!));
      }
    }
    return totals;
  }

  /** Adds rows of one measure and split. */
  #adder(measure: string, split: string): (value: number, count: number) => void {
    if (split !== "all") this.splits.add(split);
    if (isHashed(measure)) {
      const sample = this.hashes(measure, split);
      return (hash) => sample.add(hash);
    }
    return (value, count) => {
      const key = `${measure}\t${split}\t${value}`;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
    };
  }

  of(measure: Measure, split: string, value = 0): number {
    return this.#counts.get(`${measure}\t${split}\t${value}`) ?? 0;
  }

  /** The value of a measure that has one, of all splits. */
  valueOf(measure: Measure): number | undefined {
    const start = `${measure}\tall\t`;
    const key = [...this.#counts.keys()].find((one) => one.startsWith(start));
    return key === undefined ? undefined : Number(key.slice(start.length));
  }

  hashes(measure: Hashed, split: string): HashSample {
    const key = `${measure}\t${split}`;
    const sample = this.#hashes.get(key) ?? new HashSample();
    this.#hashes.set(key, sample);
    return sample;
  }
}

/** Whether a row's text is that of the row before. */
function isRepeated(
  { offsets, bytes }: { readonly offsets: Int32Array; readonly bytes: Uint8Array },
  row: number,
): boolean {
  if (row === 0) return false;
  const [before, from, to] = [offsets[row - 1]!, offsets[row]!, offsets[row + 1]!];
  if (from - before !== to - from) return false;
  for (let at = from; at < to; at++) if (bytes[at] !== bytes[at + before - from]) return false;
  return true;
}
