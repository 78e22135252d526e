import { type InputTable, viewBatch } from "../../../engine/index.ts";
import type { tallies } from "../tables.ts";
import { HashSample } from "./hash-sample.ts";
import type { Measure } from "./measure.ts";

const HASHED = ["example", "text", "sentence"] as const;

/** The tallies of all partitions, added up. */
export class Totals {
  readonly #counts = new Map<string, number>();
  readonly #hashes = new Map<string, HashSample>();
  readonly splits = new Set<string>();

  static async read(table: InputTable<(typeof tallies)["columns"]>): Promise<Totals> {
    const totals = new Totals();
    for await (const batch of table.batches()) {
      const { measure, split, value, count } = viewBatch(table, batch);
      for (let row = 0; row < batch.numRows; row++)
        totals.#add(measure.get(row), split.get(row), Number(value[row]!), Number(count[row]!));
    }
    return totals;
  }

  #add(measure: string, split: string, value: number, count: number): void {
    if (split !== "all") this.splits.add(split);
    const hashed = HASHED.find((one) => one === measure);
    const key = `${measure}\t${split}\t${value}`;
    if (hashed !== undefined) this.hashes(hashed, split).add(value, count);
    else this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
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

  hashes(measure: (typeof HASHED)[number], split: string): HashSample {
    const key = `${measure}\t${split}`;
    const sample = this.#hashes.get(key) ?? new HashSample();
    this.#hashes.set(key, sample);
    return sample;
  }
}
