import { IntList } from "./int-list.ts";

/** A set of words as bytes, each with an index in order of arrival from 0: open addressing, no object a word. */
export class WordTable {
  size = 0;
  /** The words' bytes end to end: word i is `bytes` from offsets.values[i] to offsets.values[i + 1]. */
  bytes = new Uint8Array(1 << 14);
  readonly offsets = new IntList();
  readonly #hashes = new IntList();
  /** Index + 1 of the word in each slot, 0 where it is free; a power of two in number. */
  #slots = new Int32Array(1 << 12);

  constructor() {
    this.offsets.push(0);
  }

  /** The index of the word that is the bytes from `start` to `end`; adds it if new. */
  add(source: Uint8Array, start: number, end: number): number {
    const hash = hashOf(source, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.#slots[slot]!; entry !== 0; entry = this.#slots[slot]!) {
      if (this.#hashes.values[entry - 1] === hash && this.#equals(entry - 1, source, start, end))
        return entry - 1;
      slot = (slot + 1) & mask;
    }
    const index = this.size++;
    this.#slots[slot] = index + 1;
    this.#hashes.push(hash);
    this.#append(source, start, end);
    if (2 * this.size > this.#slots.length) this.#grow();
    return index;
  }

  /** How many of `bytes` are taken. */
  get byteLength(): number {
    return this.offsets.values[this.size]!;
  }

  /** The indices in order of the words' bytes, which is that of their code points. */
  sorted(): Int32Array {
    const { bytes } = this;
    const offsets = this.offsets.values;
    return Int32Array.from({ length: this.size }, (_, index) => index).sort((a, b) => {
      let left = offsets[a]!;
      let right = offsets[b]!;
      const leftEnd = offsets[a + 1]!;
      const rightEnd = offsets[b + 1]!;
      while (left < leftEnd && right < rightEnd) {
        const difference = bytes[left++]! - bytes[right++]!;
        if (difference !== 0) return difference;
      }
      return leftEnd - left - (rightEnd - right);
    });
  }

  #equals(index: number, source: Uint8Array, start: number, end: number): boolean {
    const from = this.offsets.values[index]!;
    const length = end - start;
    if (this.offsets.values[index + 1]! - from !== length) return false;
    for (let at = 0; at < length; at++)
      if (this.bytes[from + at] !== source[start + at]) return false;
    return true;
  }

  #append(source: Uint8Array, start: number, end: number): void {
    const from = this.offsets.values[this.offsets.length - 1]!;
    const to = from + end - start;
    if (to > this.bytes.length) {
      const grown = new Uint8Array(Math.max(to, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, from));
      this.bytes = grown;
    }
    for (let at = start; at < end; at++) this.bytes[from + at - start] = source[at]!;
    this.offsets.push(to);
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let index = 0; index < this.size; index++) {
      let slot = this.#hashes.values[index]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}

/** 32-bit FNV-1a with a final mix. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ (hash >>> 13);
}
