/**
 * Items sorted by an unsigned 32-bit hash and then by their number, in 8 bytes each, without an object an item: the
 * platform sorts unsigned 64-bit integers natively.
 */
export class SortedPairs {
  readonly #words: Uint32Array;
  readonly #pairs: BigUint64Array;
  readonly #high: number;
  #length = 0;

  constructor(capacity: number) {
    this.#pairs = new BigUint64Array(capacity);
    this.#words = new Uint32Array(this.#pairs.buffer);
    const probe = new Uint32Array(new BigUint64Array([1n]).buffer);
    this.#high = probe[0] === 1 ? 1 : 0;
  }

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  push(hash: number, item: number): void {
    const at = 2 * this.#length++;
    this.#words[at + this.#high] = hash;
    this.#words[at + 1 - this.#high] = item;
  }

  sort(): void {
    this.#pairs.subarray(0, this.#length).sort();
  }

  item(index: number): number {
    return this.#words[2 * index + 1 - this.#high]!;
  }

  /** Runs [from, to) of two and more items of one hash, once sorted. */
  *runs(): Generator<readonly [from: number, to: number]> {
    const words = this.#words;
    const high = this.#high;
    for (let from = 0; from < this.#length; ) {
      let to = from + 1;
      while (to < this.#length && words[2 * to + high] === words[2 * from + high]) to++;
      if (to - from > 1) yield [from, to];
      from = to;
    }
  }
}
