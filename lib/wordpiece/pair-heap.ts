import type { PairTable } from "./pair-table.ts";

/**
 * The pairs by count, highest first, ties by the symbols' ids. Lazy: an entry keeps the count with which it was
 * pushed, and one that has since fallen is put back where it belongs when it comes up.
 */
export class PairHeap {
  readonly #pairs: PairTable;
  readonly #entries: number[] = [];
  readonly #counts: number[] = [];

  constructor(pairs: PairTable) {
    this.#pairs = pairs;
  }

  /** To be called for every pair when its count has risen. */
  push(pair: number): void {
    const count = this.#pairs.counts[pair]!;
    let at = this.#entries.length;
    this.#entries.push(pair);
    this.#counts.push(count);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.#before(pair, count, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#entries[at] = pair;
    this.#counts[at] = count;
  }

  /** Takes the pair that occurs most, or undefined where none does. */
  pop(): number | undefined {
    while (this.#entries.length > 0) {
      const pair = this.#entries[0]!;
      const pushed = this.#counts[0]!;
      const count = this.#pairs.counts[pair]!;
      this.#removeFirst();
      if (count === pushed) return pair;
      // A pair that rose was pushed again with its new count.
      if (count > 0 && count < pushed) this.push(pair);
    }
    return undefined;
  }

  #removeFirst(): void {
    const pair = this.#entries.pop()!;
    const count = this.#counts.pop()!;
    const size = this.#entries.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (
        child + 1 < size &&
        this.#before(this.#entries[child + 1]!, this.#counts[child + 1]!, child)
      )
        child++;
      if (this.#before(pair, count, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#entries[at] = pair;
    this.#counts[at] = count;
  }

  #move(from: number, to: number): void {
    this.#entries[to] = this.#entries[from]!;
    this.#counts[to] = this.#counts[from]!;
  }

  /** Whether the pair with this count comes before the entry at `other`. */
  #before(pair: number, count: number, other: number): boolean {
    const otherCount = this.#counts[other]!;
    if (count !== otherCount) return count > otherCount;
    const otherPair = this.#entries[other]!;
    const left = this.#pairs.left.values;
    if (left[pair] !== left[otherPair]) return left[pair]! < left[otherPair]!;
    const right = this.#pairs.right.values;
    return right[pair]! < right[otherPair]!;
  }
}
