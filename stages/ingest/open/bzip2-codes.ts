import type { BitReader } from "./bit-reader.ts";

/** Longest code that bzip2 reads. */
const LONGEST = 20;

/** Codes up to this long are found in one step; others, which are rare, bit by bit. */
export const DIRECT_BITS = 10;

/** A Huffman table: the codes of one group of symbols. */
export class CodeTable {
  /** For the next DIRECT_BITS bits: symbol * 32 + the length of its code, or 0 where the code is longer. */
  readonly direct = new Uint16Array(1 << DIRECT_BITS);
  /** For each length the first code above those of that length, moved up to LONGEST bits. */
  readonly #limits = new Int32Array(LONGEST + 1);
  /** For each length what is added to a code to find its symbol in `#symbols`. */
  readonly #bases = new Int32Array(LONGEST + 1);
  readonly #symbols = new Uint16Array(258);

  /** Builds the table from each symbol's code length; false where the lengths allow no such code. */
  build(lengths: Uint8Array, symbols: number): boolean {
    this.direct.fill(0);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST; length++) {
      this.#bases[length] = index - code;
      for (let symbol = 0; symbol < symbols; symbol++) {
        if (lengths[symbol] !== length) continue;
        if (code >= 1 << length) return false;
        this.#symbols[index++] = symbol;
        if (length <= DIRECT_BITS) {
          const spare = DIRECT_BITS - length;
          this.direct.fill(symbol * 32 + length, code << spare, (code + 1) << spare);
        }
        code++;
      }
      this.#limits[length] = code << (LONGEST - length);
      code <<= 1;
    }
    return true;
  }

  /** Finds a code longer than DIRECT_BITS at the head of `bits`, LONGEST of them: as in `direct`, or 0. */
  long(bits: number): number {
    for (let length = DIRECT_BITS + 1; length <= LONGEST; length++)
      if (bits < this.#limits[length]!)
        return this.#symbols[this.#bases[length]! + (bits >>> (LONGEST - length))]! * 32 + length;
    return 0;
  }
}

/** Reads the code lengths of `symbols` symbols; false where one is out of range. */
export function readLengths(bits: BitReader, lengths: Uint8Array, symbols: number): boolean {
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > LONGEST || bits.ended) return false;
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return true;
}
