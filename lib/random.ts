/** High 32 bits of the unsigned product of two 32-bit integers, as a signed one: integer operations throughout. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const other = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (other >>> 16)) | 0;
}

/**
 * Philox4x32-10, a counter-based generator: a pure function of (counter, key), so any position of any stream
 * costs the same. Fills `out` with the four 32-bit words of this counter, then those of the next ones, by its first
 * word. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 *
 * @param out of a length that is a multiple of 4
 */
export function philox(counter: Uint32Array, key0: number, key1: number, out: Uint32Array): void {
  // In here, because a bundler makes variables of a module's constants, and V8 does not know those.
  const MULTIPLIER_0 = 0xd2511f53;
  const MULTIPLIER_1 = 0xcd9e8d57;
  const WEYL_0 = 0x9e3779b9;
  const WEYL_1 = 0xbb67ae85;
  const ROUNDS = 10;
  const first = counter[0]! | 0;
  for (let at = 0; at < out.length; at += 4) {
    let c0 = (first + (at >>> 2)) | 0;
    let c1 = counter[1]! | 0;
    let c2 = counter[2]! | 0;
    let c3 = counter[3]! | 0;
    let k0 = key0 | 0;
    let k1 = key1 | 0;
    for (let round = 0; round < ROUNDS; round++) {
      const high0 = multiplyHigh(MULTIPLIER_0, c0);
      const low0 = Math.imul(MULTIPLIER_0, c0);
      const high1 = multiplyHigh(MULTIPLIER_1, c2);
      const low1 = Math.imul(MULTIPLIER_1, c2);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + WEYL_0) | 0;
      k1 = (k1 + WEYL_1) | 0;
    }
    out[at] = c0;
    out[at + 1] = c1;
    out[at + 2] = c2;
    out[at + 3] = c3;
  }
}

/** 32-bit FNV-1a of a string's UTF-16 code units with a final avalanche, from a given basis. */
function hashString(text: string, basis: number): number {
  let hash = basis;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A standard normal number made of two uniform 32-bit integers (Box-Muller, one of the pair). */
export function normalOf(word0: number, word1: number): number {
  const radius = Math.sqrt(-2 * Math.log((word0 + 1) / 0x100000000));
  return radius * Math.cos(2 * Math.PI * (word1 / 0x100000000));
}

/**
 * A stream of random numbers, fixed by a seed, a purpose and up to two integers and a string (an epoch, a
 * chunk, a document). Streams of different keys are independent; the order in which they are read does not matter.
 */
export class RandomStream {
  readonly #counter = new Uint32Array(4);
  readonly #block = new Uint32Array(4);
  readonly #key0: number;
  readonly #key1: number;
  #next = 4;

  /**
   * @param seed any integer below 2^53 in magnitude
   * @param purpose what the numbers are for, so that two uses of one seed never share numbers
   * @param text a further key, such as a document's
   * @param a a further key, an unsigned 32-bit integer, such as an epoch
   * @param b likewise, such as a chunk's index
   */
  constructor(seed: number, purpose: string, text = "", a = 0, b = 0) {
    const label = `${seed}\u0000${purpose}\u0000${text}`;
    this.#key0 = hashString(label, 0x811c9dc5);
    this.#key1 = hashString(label, 0x050c5d1f);
    this.#counter[1] = hashString(label, 0x6c62272e);
    this.#counter[2] = a;
    this.#counter[3] = b;
  }

  /** A uniform integer in [0, 2^32). */
  uint32(): number {
    if (this.#next === 4) {
      philox(this.#counter, this.#key0, this.#key1, this.#block);
      this.#counter[0] = this.#counter[0]! + 1;
      this.#next = 0;
    }
    return this.#block[this.#next++]!;
  }

  /** Fills `words` with what as many calls of `uint32` would give. */
  fill(words: Uint32Array): void {
    let at = 0;
    while (at < words.length && this.#next < 4) words[at++] = this.uint32();
    const blocks = (words.length - at) >>> 2;
    philox(this.#counter, this.#key0, this.#key1, words.subarray(at, at + 4 * blocks));
    this.#counter[0] = this.#counter[0]! + blocks;
    for (at += 4 * blocks; at < words.length; at++) words[at] = this.uint32();
  }

  /** A uniform number in [0, 1), a multiple of 2^-32. */
  float(): number {
    return this.uint32() / 0x100000000;
  }

  /** A uniform integer in [0, bound), bound at most 2^32, without modulo bias. */
  below(bound: number): number {
    for (;;) {
      const value = this.uint32();
      const rest = value % bound;
      // Beyond the last whole multiple of the bound below 2^32.
      if (value - rest <= 0x100000000 - bound) return rest;
    }
  }

  /** A standard normal number. */
  normal(): number {
    return normalOf(this.uint32(), this.uint32());
  }

  /** Puts `items` in a random order, in place (Fisher-Yates). */
  shuffle<T>(items: { length: number; [index: number]: T }): void {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const kept = items[last]!;
      items[last] = items[other]!;
      items[other] = kept;
    }
  }
}
