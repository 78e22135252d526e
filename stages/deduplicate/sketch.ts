import { GOLDEN, mix } from "./hash.ts";

/** No shingle has reached a bin yet. */
const EMPTY = 0x7fffffff;

/** An odd multiplier for the rolling hash of a shingle's units (Knuth's MMIX multiplier, its low 32 bits). */
const ROLL = 0x4c957f2d;

/**
 * Sketches of sets of shingles (runs of `shingle` units). Two sketches agree in a bin with the probability of the
 * sets' Jaccard similarity, so the share of bins in which they agree estimates it, with a standard error of
 * sqrt(J (1 - J) / bins) at most.
 *
 * Dahlgaard, Knudsen, Thorup: "Fast similarity sketching", FOCS 2017. Each round hashes every shingle into one of the
 * bins; a bin keeps the least value of the first round that reaches it, and bins that no round reaches take the least
 * over all shingles. A long document needs one hash a shingle, where MinHash proper takes one a shingle and bin.
 */
export class Sketcher {
  readonly bins: number;
  readonly #shingle: number;
  readonly #shift: number;
  readonly #least: Int32Array;
  /** The round in which each bin was reached first. */
  readonly #reached: Int32Array;
  #shingles = new Int32Array(1024);
  #count = 0;

  /** `bins` is a power of two. */
  constructor(bins: number, shingle: number) {
    this.bins = bins;
    this.#shingle = shingle;
    this.#shift = 1 + Math.clz32(bins);
    this.#least = new Int32Array(bins);
    this.#reached = new Int32Array(bins);
  }

  /**
   * Writes the sketch of a document's units to `out` from `at` on: the low 16 bits of each bin's value, little-endian.
   * A document of fewer units than a shingle has one shingle, of all of them. Gives the number of shingles.
   */
  sketch(units: Int32Array, length: number, out: Uint8Array, at: number): number {
    this.#roll(units, length);
    const shingles = this.#count;
    const least = this.#least.fill(EMPTY);
    this.#reached.fill(0);
    let empty = this.bins - this.#firstRound();
    if (empty > 0) {
      this.#unique();
      for (let round = 1; empty > 0 && round < this.bins; round++) empty -= this.#nextRound(round);
      for (let bin = 0; empty > 0 && bin < this.bins; bin++) {
        if (least[bin] === EMPTY) least[bin] = this.#leastOf(this.bins + bin);
      }
    }
    for (let bin = 0; bin < this.bins; bin++) {
      out[at + 2 * bin] = least[bin]!;
      out[at + 2 * bin + 1] = least[bin]! >>> 8;
    }
    return shingles;
  }

  /** Hashes of all shingles by a rolling polynomial. */
  #roll(units: Int32Array, length: number): void {
    const width = Math.min(this.#shingle, length);
    this.#count = length - width + 1;
    if (this.#shingles.length < this.#count) this.#shingles = new Int32Array(2 * this.#count);
    const shingles = this.#shingles;
    let hash = 0;
    let leaving = 1;
    for (let index = 0; index < width; index++) {
      hash = (Math.imul(hash, ROLL) + units[index]!) | 0;
      leaving = Math.imul(leaving, ROLL);
    }
    shingles[0] = hash;
    for (let end = width; end < length; end++) {
      hash = (Math.imul(hash, ROLL) + units[end]! - Math.imul(leaving, units[end - width]!)) | 0;
      shingles[end - width + 1] = hash;
    }
  }

  /** How many bins it reaches. */
  #firstRound(): number {
    const shingles = this.#shingles;
    const least = this.#least;
    const shift = this.#shift;
    const count = this.#count;
    let reached = 0;
    for (let index = 0; index < count; index++) {
      const value = mix(shingles[index]!);
      const bin = value >>> shift;
      const held = least[bin]!;
      if (value < held) {
        if (held === EMPTY) reached++;
        least[bin] = value;
      }
    }
    return reached;
  }

  /** How many bins it reaches that no round has reached before. */
  #nextRound(round: number): number {
    const shingles = this.#shingles;
    const least = this.#least;
    const inRound = this.#reached;
    const offset = Math.imul(round, GOLDEN);
    let reached = 0;
    for (let index = 0; index < this.#count; index++) {
      const value = mix(shingles[index]! + offset);
      const bin = value >>> this.#shift;
      const held = least[bin]!;
      if (value >= held) continue;
      if (held === EMPTY) {
        inRound[bin] = round;
        reached++;
      } else if (inRound[bin] !== round) continue;
      least[bin] = value;
    }
    return reached;
  }

  #leastOf(round: number): number {
    const offset = Math.imul(round, GOLDEN);
    let least = EMPTY;
    for (let index = 0; index < this.#count; index++) {
      const value = mix(this.#shingles[index]! + offset);
      if (value < least) least = value;
    }
    return least;
  }

  /** Leaves each shingle once: a text that says the same over and over takes no longer than what it says. */
  #unique(): void {
    const sorted = this.#shingles.subarray(0, this.#count).sort();
    let kept = 0;
    for (let index = 0; index < sorted.length; index++) {
      if (index === 0 || sorted[index] !== sorted[index - 1]) sorted[kept++] = sorted[index]!;
    }
    this.#count = kept;
  }
}
