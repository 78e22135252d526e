import { IntList } from "./int-list.ts";
import type { PairTable } from "./pair-table.ts";

/**
 * Merges to be made: a pair, how often it occurred when it was put here, and the newest note of the words in which it
 * does. The most frequent first, ties by the symbols' ids. A pair may stand here several times, each time with other
 * words, as in Hugging Face's trainer.
 */
export class MergeQueue {
  readonly #pairs: PairTable;
  /** A binary heap in three columns. */
  readonly #entries = new IntList();
  readonly #notes = new IntList();
  #counts = new Float64Array(1024);

  constructor(pairs: PairTable) {
    this.#pairs = pairs;
  }

  /** Adds a pair with its present count. */
  push(pair: number, notes: number): void {
    const count = this.#pairs.counts[pair]!;
    const last = this.#entries.length;
    this.#entries.push(pair);
    this.#notes.push(notes);
    if (last === this.#counts.length) {
      const grown = new Float64Array(2 * last);
      grown.set(this.#counts);
      this.#counts = grown;
    }
    let at = last;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.#before(pair, count, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, pair, count, notes);
  }

  /** Takes the merge of the pair that occurs most, or undefined where none is left. */
  pop(): { pair: number; notes: number } | undefined {
    while (this.#entries.length > 0) {
      const pair = this.#entries.values[0]!;
      const notes = this.#notes.values[0]!;
      const isUpToDate = this.#counts[0] === this.#pairs.counts[pair];
      this.#removeFirst();
      if (isUpToDate) return { pair, notes };
      this.push(pair, notes);
    }
    return undefined;
  }

  #removeFirst(): void {
    const size = --this.#entries.length;
    this.#notes.length = size;
    if (size === 0) return;
    const pair = this.#entries.values[size]!;
    const count = this.#counts[size]!;
    const notes = this.#notes.values[size]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (
        child + 1 < size &&
        this.#before(this.#entries.values[child + 1]!, this.#counts[child + 1]!, child)
      )
        child++;
      if (this.#before(pair, count, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, pair, count, notes);
  }

  #set(at: number, pair: number, count: number, notes: number): void {
    this.#entries.values[at] = pair;
    this.#counts[at] = count;
    this.#notes.values[at] = notes;
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#entries.values[from]!, this.#counts[from]!, this.#notes.values[from]!);
  }

  /** Whether the pair with this count comes before the entry at `other`. */
  #before(pair: number, count: number, other: number): boolean {
    const otherCount = this.#counts[other]!;
    if (count !== otherCount) return count > otherCount;
    const otherPair = this.#entries.values[other]!;
    const left = this.#pairs.left.values;
    if (left[pair] !== left[otherPair]) return left[pair]! < left[otherPair]!;
    const right = this.#pairs.right.values;
    return right[pair]! < right[otherPair]!;
  }
}
