import { IntList } from "./int-list.ts";

/** Chunks of more bytes are not looked up. */
const LONGEST = 64;

/** The bytes of `word`, a little-endian integer of four, that come before its byte number `count`. */
const FIRST_BYTES = Int32Array.of(0, 0xff, 0xffff, 0xffffff);
/** Blanks in the bytes from number `count` on. */
const BLANKS_AFTER = Int32Array.of(0x20202020, 0x20202000, 0x20200000, 0x20000000);

const HASH_PRIME = 0x9e3779b1;

/**
 * Chunks of UTF-8 text, each with integers that were noted for it. A chunk is what stands between blanks, tabs and
 * line ends: no step of the normaliser reaches over one of these, so what was found out about a chunk holds wherever
 * it stands. Four bytes are hashed and compared at a time; no object is made for a chunk.
 */
export class ChunkTable {
  /** Where the chunk of the last `find` ends. */
  end = 0;
  /** Chunks held. */
  size = 0;
  /**
   * Records end to end, each the chunk's length in bytes, its bytes padded with zeros to whole integers, and its notes.
   * The first integer is no record.
   */
  readonly #pool = new IntList(1 << 14);
  /** A hash and the index of a record in each slot, 0 where it is free. */
  #slots = new Int32Array(1 << 13);
  /** The chunk of the last `find`. */
  readonly #key = new Int32Array(LONGEST / 4);
  #keySize = 0;
  #length = 0;
  #hash = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor() {
    this.#pool.push(0);
  }

  /** Integers taken by records. */
  get poolSize(): number {
    return this.#pool.length;
  }

  /** Records and notes; what `find` and `add` return is an index in these. Changes when the table grows. */
  get notes(): Int32Array {
    return this.#pool.values;
  }

  /**
   * Reads the chunk that begins at `start` of a text that ends at `end`: sets `end`, and returns where in `notes` the
   * chunk's are, 0 where it is new, or -1 where it is too long, or too odd, to be looked up; then `end` is not set.
   */
  find(bytes: Uint8Array, start: number, end: number): number {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const view = this.#view;
    const key = this.#key;
    let hash = 0;
    let size = 0;
    let at = start;
    for (;;) {
      const room = end - at;
      const word = room >= 4 ? view.getInt32(at, true) : this.#lastBytes(at, room);
      // The highest bit of each byte that is a blank or below; of bytes after the first such it may be wrong.
      const ends = (word - 0x21212121) & ~word & 0x80808080;
      if (ends === 0) {
        if (size === key.length - 1) return -1;
        key[size++] = word;
        hash = Math.imul(hash ^ word, HASH_PRIME);
        hash ^= hash >>> 15;
        at += 4;
        continue;
      }
      const left = (31 - Math.clz32(ends & -ends)) >>> 3;
      if (!isSeparator((word >>> (8 * left)) & 0xff)) return -1;
      at += left;
      if (left > 0) {
        const last = word & FIRST_BYTES[left]!;
        key[size++] = last;
        hash = Math.imul(hash ^ last, HASH_PRIME);
        hash ^= hash >>> 15;
      }
      break;
    }
    this.end = at;
    this.#length = at - start;
    this.#keySize = size;
    this.#hash = hash;
    return this.#lookUp();
  }

  /** Adds the chunk of the last `find`, which was new, with `notes`, and returns where they are. */
  add(notes: ArrayLike<number>, count: number): number {
    const pool = this.#pool;
    const record = pool.length;
    pool.reserve(1 + this.#keySize + count);
    pool.push(this.#length);
    for (let at = 0; at < this.#keySize; at++) pool.push(this.#key[at]!);
    for (let at = 0; at < count; at++) pool.push(notes[at]!);
    this.#fillSlot(this.#slots, this.#hash, record);
    if (4 * ++this.size > this.#slots.length) this.#grow();
    return record + 1 + this.#keySize;
  }

  /** Forgets every chunk, keeping the memory. */
  clear(): void {
    this.size = 0;
    this.#pool.length = 1;
    this.#slots.fill(0);
  }

  /** Calls back with each chunk, the `length` bytes from `start`, and where its notes are. */
  each(visit: (bytes: Uint8Array, start: number, length: number, notes: number) => void): void {
    const pool = this.#pool.values;
    const bytes = new Uint8Array(pool.buffer);
    for (let slot = 1; slot < this.#slots.length; slot += 2) {
      const record = this.#slots[slot]!;
      if (record === 0) continue;
      const length = pool[record]!;
      visit(bytes, 4 * (record + 1), length, record + 1 + ((length + 3) >>> 2));
    }
  }

  #lookUp(): number {
    const pool = this.#pool.values;
    const slots = this.#slots;
    const key = this.#key;
    const size = this.#keySize;
    const hash = this.#hash;
    const mask = slots.length - 2;
    for (let slot = (2 * hash) & mask; ; slot = (slot + 2) & mask) {
      const record = slots[slot + 1]!;
      if (record === 0) return 0;
      if (slots[slot] !== hash || pool[record] !== this.#length) continue;
      let at = 0;
      while (at < size && pool[record + 1 + at] === key[at]) at++;
      if (at === size) return record + 1 + size;
    }
  }

  /** The last bytes of a text, fewer than four, and blanks after them. */
  #lastBytes(at: number, count: number): number {
    const bytes = this.#bytes;
    let word = BLANKS_AFTER[count]!;
    for (let left = 0; left < count; left++) word |= bytes[at + left]! << (8 * left);
    return word;
  }

  #fillSlot(slots: Int32Array, hash: number, record: number): void {
    const mask = slots.length - 2;
    let slot = (2 * hash) & mask;
    while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
    slots[slot] = hash;
    slots[slot + 1] = record;
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    for (let slot = 0; slot < this.#slots.length; slot += 2)
      if (this.#slots[slot + 1] !== 0)
        this.#fillSlot(slots, this.#slots[slot]!, this.#slots[slot + 1]!);
    this.#slots = slots;
  }
}

/** Whether a byte ends a chunk. */
export function isSeparator(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
