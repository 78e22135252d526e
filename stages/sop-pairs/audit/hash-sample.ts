/** Hashes that are kept at most: about 300 MB. */
const MOST = 4_000_000;

/**
 * Hashes with how often each came, all of them up to four million; beyond that those that a rising power of two
 * divides, so that what two samples hold of equal text stays comparable.
 */
export class HashSample {
  #counts = new Map<number, number>();
  #divisor = 1;

  add(hash: number, count: number): void {
    if (hash % this.#divisor !== 0) return;
    this.#counts.set(hash, (this.#counts.get(hash) ?? 0) + count);
    if (this.#counts.size > MOST) this.#thin(2 * this.#divisor);
  }

  #thin(divisor: number): void {
    this.#divisor = divisor;
    this.#counts = new Map([...this.#counts].filter(([hash]) => hash % divisor === 0));
  }

  /** How many came, and how many of them had come before. */
  repeats(): { readonly repeated: number; readonly of: number } {
    let of = 0;
    for (const count of this.#counts.values()) of += count;
    return { repeated: of - this.#counts.size, of };
  }

  /** How many of those that came are in another sample too. */
  shared(other: HashSample): { readonly shared: number; readonly of: number } {
    const divisor = Math.max(this.#divisor, other.#divisor);
    let [shared, of] = [0, 0];
    for (const [hash, count] of this.#counts) {
      if (hash % divisor !== 0) continue;
      of += count;
      if (other.#counts.has(hash)) shared += count;
    }
    return { shared, of };
  }
}
