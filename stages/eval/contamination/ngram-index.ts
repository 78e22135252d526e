/** Odd, so that multiplying by it modulo 2³² loses nothing. */
const FACTORS = [0x9e3779b1, 0x85ebca6b] as const;

interface Run {
  readonly words: readonly string[];
  readonly value: number;
}

/** Runs of words to look for, all of one length, and where they stand in a text. */
class RunsOfLength {
  readonly #length: number;
  readonly #runs = new Map<number, Run[]>();
  /** What a word weighs that leaves the window. */
  readonly #leaving: readonly [number, number];

  constructor(length: number) {
    this.#length = length;
    this.#leaving = [power(FACTORS[0], length), power(FACTORS[1], length)];
  }

  /** The number of a run, given to one that is new by `next`. */
  number(words: readonly string[], next: () => number): number {
    let [first, second] = [0, 0];
    for (const word of words) {
      first = (Math.imul(first, FACTORS[0]) + hash(word, 0)) | 0;
      second = (Math.imul(second, FACTORS[1]) + hash(word, 1)) | 0;
    }
    const key = keyOf(first, second);
    const alike = this.#runs.get(key) ?? [];
    const found = alike.find((run) => isAt(run.words, words, 0));
    if (found !== undefined) return found.value;
    const value = next();
    this.#runs.set(key, [...alike, { words, value }]);
    return value;
  }

  /** Calls `found` with the number of each run and the place of its first word. */
  scan(
    words: readonly string[],
    hashes: readonly [Int32Array, Int32Array],
    found: (value: number, at: number) => void,
  ): void {
    let [first, second] = [0, 0];
    for (let at = 0; at < words.length; at++) {
      first = (Math.imul(first, FACTORS[0]) + hashes[0][at]!) | 0;
      second = (Math.imul(second, FACTORS[1]) + hashes[1][at]!) | 0;
      const begin = at - this.#length + 1;
      if (begin > 0) {
        first = (first - Math.imul(this.#leaving[0], hashes[0][begin - 1]!)) | 0;
        second = (second - Math.imul(this.#leaving[1], hashes[1][begin - 1]!)) | 0;
      }
      if (begin < 0) continue;
      // Equal hashes are not yet equal words.
      for (const run of this.#runs.get(keyOf(first, second)) ?? [])
        if (isAt(run.words, words, begin)) found(run.value, begin);
    }
  }
}

/** Runs of words of any lengths, numbered from 0, found in texts by rolling hashes (Karp and Rabin, 1987). */
export class NgramIndex {
  readonly #byLength = new Map<number, RunsOfLength>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The number of a run, which is given one where it is new. */
  add(words: readonly string[]): number {
    let runs = this.#byLength.get(words.length);
    if (runs === undefined) {
      runs = new RunsOfLength(words.length);
      this.#byLength.set(words.length, runs);
    }
    return runs.number(words, () => this.#size++);
  }

  /** Calls `found` for every place in the text at which one of the runs begins. */
  scan(words: readonly string[], found: (value: number, at: number) => void): void {
    const hashes = [new Int32Array(words.length), new Int32Array(words.length)] as const;
    for (const [at, word] of words.entries()) {
      hashes[0][at] = hash(word, 0);
      hashes[1][at] = hash(word, 1);
    }
    for (const runs of this.#byLength.values()) runs.scan(words, hashes, found);
  }
}

/** FNV-1a over UTF-16 code units, from one of two beginnings. */
function hash(word: string, which: 0 | 1): number {
  let value = which === 0 ? 0x811c9dc5 : 0x050c5d1f;
  for (let at = 0; at < word.length; at++)
    value = Math.imul(value ^ word.charCodeAt(at), 0x01000193);
  return value | 0;
}

function power(base: number, exponent: number): number {
  let value = 1;
  for (let times = 0; times < exponent; times++) value = Math.imul(value, base);
  return value;
}

/** 53 bits of the two hashes: what a number holds exactly. */
function keyOf(first: number, second: number): number {
  return (first >>> 0) * 2 ** 21 + (second >>> 11);
}

function isAt(run: readonly string[], words: readonly string[], begin: number): boolean {
  return run.every((word, index) => words[begin + index] === word);
}
