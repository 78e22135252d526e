import type { BitReader } from "./bit-reader.ts";
import { CodeTable, DIRECT_BITS, readLengths } from "./bzip2-codes.ts";

/** Symbols that share a table before the next selector is asked. */
const GROUP_SYMBOLS = 50;
const MOST_TABLES = 6;
const PIECE_BYTES = 1 << 20;

/** CRC-32 of polynomial 0x04c11db7, the highest bit first, as bzip2 counts it. */
const CRC = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/** Decodes blocks of one size, one after the other, in memory that is used again. */
export class BlockDecoder {
  /** While a block is read its bytes, then for each place in it the next one's index * 256 + its byte. */
  readonly #links: Uint32Array;
  readonly #tables = Array.from({ length: MOST_TABLES }, () => new CodeTable());
  readonly #selectors = new Uint8Array(1 << 15);
  readonly #front = new Uint8Array(256);
  readonly #counts = new Int32Array(256);
  #length = 0;
  #first = 0;
  /** How far the block was walked through: the link that comes next, places left, and the run at hand. */
  #link = 0;
  #left = 0;
  #equal = 0;
  #previous = -1;

  /** `blockBytes` is how many a block may have before its runs are undone. */
  constructor(blockBytes: number) {
    this.#links = new Uint32Array(blockBytes);
  }

  /** Reads a block after its checksum; what is wrong with it, if anything, comes back as a phrase. */
  read(bits: BitReader): string | undefined {
    if (bits.read(1) === 1)
      return "it has randomised blocks, which bzip2 has not written since 1998";
    this.#first = bits.read(24);
    const used = readUsed(bits, this.#front);
    if (used === 0) return "a block names no bytes";
    const symbols = used + 2;
    const tables = bits.read(3);
    const selectors = bits.read(15);
    if (tables < 2 || tables > MOST_TABLES || selectors === 0) return "a block has no codes";
    if (!this.#readSelectors(bits, tables, selectors)) return "a block selects codes it has not";
    const lengths = new Uint8Array(258);
    for (let table = 0; table < tables; table++)
      if (!readLengths(bits, lengths, symbols) || !this.#tables[table]!.build(lengths, symbols))
        return "a block's codes are none";
    if (!this.#readSymbols(bits, symbols, selectors)) return "a block's data are none";
    if (this.#first >= this.#length) return "a block begins outside itself";
    this.#sort();
    return undefined;
  }

  #readSelectors(bits: BitReader, tables: number, selectors: number): boolean {
    const order = [...this.#tables.keys()];
    for (let index = 0; index < selectors; index++) {
      let rank = 0;
      while (bits.read(1) === 1) if (++rank >= tables) return false;
      const table = order.splice(rank, 1)[0]!;
      order.unshift(table);
      this.#selectors[index] = table;
    }
    return true;
  }

  /** Undoes Huffman's codes, move-to-front and the runs of the front byte. */
  #readSymbols(bits: BitReader, symbols: number, selectors: number): boolean {
    const { bytes } = bits;
    const links = this.#links;
    const front = this.#front;
    const counts = this.#counts.fill(0);
    const last = symbols - 1;
    let { at, held, count } = bits;
    let sound = false;
    let length = 0;
    let run = 0;
    let runBit = 1;
    let table = this.#tables[0]!;
    let { direct } = table;
    for (let group = 0, left = 0; ; left--) {
      if (left === 0) {
        if (group === selectors) break;
        table = this.#tables[this.#selectors[group++]!]!;
        direct = table.direct;
        left = GROUP_SYMBOLS;
      }
      while (count < 20) {
        held = (held << 8) | (at < bytes.length ? bytes[at]! : 0);
        at++;
        count += 8;
      }
      const bits20 = (held >>> (count - 20)) & 0xfffff;
      let code = direct[bits20 >>> (20 - DIRECT_BITS)]!;
      if (code === 0) {
        code = table.long(bits20);
        if (code === 0) break;
      }
      count -= code & 31;
      const symbol = code >>> 5;
      if (symbol <= 1) {
        if (runBit > links.length) break;
        run += runBit << symbol;
        runBit <<= 1;
        continue;
      }
      if (run > 0) {
        if (length + run > links.length) break;
        const byte = front[0]!;
        links.fill(byte, length, length + run);
        counts[byte]! += run;
        length += run;
        run = 0;
        runBit = 1;
      }
      if (symbol === last) {
        sound = true;
        break;
      }
      if (length === links.length) break;
      const rank = symbol - 1;
      const byte = front[rank]!;
      if (rank < 16) for (let index = rank; index > 0; index--) front[index] = front[index - 1]!;
      else front.copyWithin(1, 0, rank);
      front[0] = byte;
      counts[byte]!++;
      links[length++] = byte;
    }
    bits.at = at;
    bits.held = held;
    bits.count = count;
    this.#length = length;
    return sound && !bits.ended;
  }

  /** Prepares the inverse of the Burrows-Wheeler transform: the sorted bytes' places, linked in the text's order. */
  #sort(): void {
    const links = this.#links;
    const places = this.#counts;
    for (let byte = 0, sum = 0; byte < 256; byte++) {
      const count = places[byte]!;
      places[byte] = sum;
      sum += count;
    }
    for (let index = 0; index < this.#length; index++) {
      const place = places[links[index]! & 0xff]!++;
      links[place]! |= index << 8;
    }
  }

  /** The block's bytes, in pieces, with its runs undone; returns their checksum, a signed integer. */
  *bytes(): Generator<Uint8Array, number> {
    this.#left = this.#length;
    this.#link = this.#links[this.#first]!;
    this.#equal = 0;
    this.#previous = -1;
    let crc = -1;
    while (this.#left > 0) {
      const out = new Uint8Array(Math.min(PIECE_BYTES, this.#left + 511));
      const end = this.#expand(out);
      crc = checksum(crc, out, end);
      yield out.subarray(0, end);
    }
    return ~crc;
  }

  /** Walks along the links as far as there is room for the longest run, and gives back how far it wrote. */
  #expand(out: Uint8Array): number {
    const links = this.#links;
    const room = out.length - 255;
    let link = this.#link;
    let left = this.#left;
    // Four equal bytes are followed by a count of more.
    let equal = this.#equal;
    let previous = this.#previous;
    let at = 0;
    for (; left > 0 && at < room; left--) {
      link = links[link >>> 8]!;
      const byte = link & 0xff;
      if (equal === 4) {
        out.fill(previous, at, at + byte);
        at += byte;
        equal = 0;
        previous = -1;
      } else {
        equal = byte === previous ? equal + 1 : 1;
        previous = byte;
        out[at++] = byte;
      }
    }
    this.#link = link;
    this.#left = left;
    this.#equal = equal;
    this.#previous = previous;
    return at;
  }
}

/** Reads which bytes a block uses, in order, and gives back how many. */
function readUsed(bits: BitReader, used: Uint8Array): number {
  let count = 0;
  const ranges = bits.read(16);
  for (let range = 0; range < 16; range++) {
    if (((ranges >>> (15 - range)) & 1) === 0) continue;
    const members = bits.read(16);
    for (let member = 0; member < 16; member++)
      if (((members >>> (15 - member)) & 1) === 1) used[count++] = range * 16 + member;
  }
  return count;
}

function checksum(before: number, bytes: Uint8Array, end: number): number {
  let crc = before;
  for (let at = 0; at < end; at++) crc = (crc << 8) ^ CRC[(crc >>> 24) ^ bytes[at]!]!;
  return crc;
}
