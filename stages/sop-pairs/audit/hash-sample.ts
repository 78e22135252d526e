import { Growable } from "../../../lib/growable.ts";
import { lowerBound } from "../../../lib/lower-bound.ts";

/** Hashes that are kept at most: 32 MB, and twice that while room is made. */
const MOST = 4_000_000;
/** By then they can only be copies of a few. */
const LARGEST_DIVISOR = 2 ** 30;

/**
 * Hashes, all of them up to four million; beyond that those that a rising power of two divides, so that what two
 * samples hold of equal text stays comparable.
 */
export class HashSample {
  readonly #most: number;
  #hashes = new Growable(new Float64Array(1024));
  #divisor = 1;

  constructor(most = MOST) {
    this.#most = most;
  }

  add(hash: number): void {
    if (hash % this.#divisor !== 0) return;
    this.#hashes.push(hash);
    if (this.#hashes.length > this.#most && this.#divisor < LARGEST_DIVISOR) this.#thin();
  }

  #thin(): void {
    this.#divisor *= 2;
    const divisor = this.#divisor;
    const hashes = this.#hashes.view().filter((hash) => hash % divisor === 0);
    this.#hashes = new Growable(new Float64Array(1024));
    this.#hashes.append(hashes);
  }

  /** How many came, and how many of them had come before. */
  repeats(): { readonly repeated: number; readonly of: number } {
    const sorted = this.#hashes.view().sort();
    let repeated = 0;
    for (let at = 1; at < sorted.length; at++) if (sorted[at] === sorted[at - 1]) repeated++;
    return { repeated, of: sorted.length };
  }

  /** How many of those that came are in another sample too. */
  shared(other: HashSample): { readonly shared: number; readonly of: number } {
    const divisor = Math.max(this.#divisor, other.#divisor);
    const there = other.#hashes.view().sort();
    let [shared, of] = [0, 0];
    for (const hash of this.#hashes.view()) {
      if (hash % divisor !== 0) continue;
      of++;
      if (there[lowerBound(there, hash)] === hash) shared++;
    }
    return { shared, of };
  }
}
