import type { Bands } from "./bands.ts";
import type { Kept } from "./kept.ts";
import type { SignatureSet } from "./signature-set.ts";
import { SortedPairs } from "./sorted-pairs.ts";

/**
 * The groups of two and more documents that agree in a band, of those that are kept so far. One band is sorted at a
 * time, and only documents in a group take room: 8 bytes for each group that they are in.
 */
export class BandGroups {
  readonly count: number;
  /** Of each group, where its members begin; one past the last group, their end. */
  readonly starts: Uint32Array;
  /** Ranks, ascending in a group. */
  readonly members: Uint32Array;
  readonly #groups: Uint32Array;
  readonly #ends: Uint32Array;

  constructor(
    set: SignatureSet,
    kept: Kept,
    { bands, rows }: Bands,
    onBand: (done: number, total: number) => void,
  ) {
    const starts = new Growing();
    const members = new Growing();
    const pairs = new SortedPairs(set.size);
    for (let band = 0; band < bands; band++) {
      pairs.clear();
      for (let rank = 0; rank < set.size; rank++) {
        if (kept.isKept(rank)) pairs.push(set.band(rank, band * rows, (band + 1) * rows), rank);
      }
      pairs.sort();
      for (const [from, to] of pairs.runs()) {
        starts.push(members.length);
        for (let index = from; index < to; index++) members.push(pairs.item(index));
      }
      onBand(band + 1, bands);
    }
    this.count = starts.length;
    starts.push(members.length);
    this.starts = starts.take();
    this.members = members.take();

    this.#ends = new Uint32Array(set.size + 1);
    for (const rank of this.members) this.#ends[rank + 1]!++;
    for (let rank = 0; rank < set.size; rank++) this.#ends[rank + 1]! += this.#ends[rank]!;
    this.#groups = new Uint32Array(this.members.length);
    const next = this.#ends.slice();
    for (let group = 0; group < this.count; group++) {
      for (let at = this.starts[group]!; at < this.starts[group + 1]!; at++)
        this.#groups[next[this.members[at]!]!++] = group;
    }
  }

  /** The groups that a document is in. */
  of(rank: number): Uint32Array {
    return this.#groups.subarray(this.#ends[rank]!, this.#ends[rank + 1]!);
  }
}

/** Numbers, as many as come. */
class Growing {
  #values = new Uint32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const longer = new Uint32Array(2 * this.length);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.length++] = value;
  }

  take(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }
}
