import { type InputTable, viewBatch } from "../../engine/index.ts";
import { FNV_PRIME, hashBytes, mix } from "./hash.ts";
import { SortedPairs } from "./sorted-pairs.ts";
import type { signatures } from "./tables.ts";

/** Documents in a chunk: no array grows by copying, and none is larger than a platform allows. */
const CHUNK = 1 << 16;

/**
 * Every document's signature, by rank: the order of a hash of the document's key, in which neither files nor edits of
 * other documents play a part. Takes 2 bytes a hash and 32 bytes more a document.
 */
export class SignatureSet {
  readonly size: number;
  /** Hashes in a signature; 0 where there is no document. */
  readonly hashes: number;
  /** Which row of the table has each rank. */
  readonly rows: Uint32Array;
  readonly #content: Uint32Array;
  readonly #chunks: readonly Uint16Array[];

  private constructor(
    hashes: number,
    rows: Uint32Array,
    content: Uint32Array,
    chunks: readonly Uint16Array[],
  ) {
    this.size = rows.length;
    this.hashes = hashes;
    this.rows = rows;
    this.#content = content;
    this.#chunks = chunks;
  }

  static async read(
    table: InputTable<typeof signatures.columns>,
    onRows: (rows: number) => void,
  ): Promise<SignatureSet> {
    const content = new Uint32Array(2 * table.rows);
    const keys = new Uint32Array(2 * table.rows);
    const chunks: Uint16Array[] = [];
    let hashes = 0;
    let row = 0;
    for await (const batch of table.batches(["document_key", "content_hash", "signature"])) {
      const { document_key, content_hash, signature } = viewBatch(table, batch);
      const { offsets, values } = signature;
      hashes ||= (offsets[1]! - offsets[0]!) >> 1;
      const words = new Uint32Array(content_hash.slice().buffer);
      content.set(words, 2 * row);
      for (let index = 0; index < batch.numRows; index++, row++) {
        const { bytes, offsets: ends } = document_key;
        keys.set(hashBytes(bytes, ends[index]!, ends[index + 1]!), 2 * row);
        if (row % CHUNK === 0)
          chunks.push(new Uint16Array(hashes * Math.min(CHUNK, table.rows - row)));
        const chunk = new Uint8Array(chunks.at(-1)!.buffer);
        chunk.set(
          values.subarray(offsets[index]!, offsets[index + 1]!),
          2 * hashes * (row % CHUNK),
        );
      }
      onRows(row);
    }
    return new SignatureSet(hashes, rankedRows(keys), content, chunks);
  }

  /** One of the two words of the document's content hash. */
  content(rank: number, word: 0 | 1): number {
    return this.#content[2 * this.rows[rank]! + word]!;
  }

  /** A hash of the hashes [from, to) of a signature. */
  band(rank: number, from: number, to: number): number {
    const row = this.rows[rank]!;
    const chunk = this.#chunks[Math.floor(row / CHUNK)]!;
    const start = (row % CHUNK) * this.hashes;
    let hash = from;
    for (let at = start + from; at < start + to; at++)
      hash = Math.imul(hash ^ chunk[at]!, FNV_PRIME) ^ (hash >>> 15);
    return mix(hash);
  }

  /** The share of hashes in which two signatures agree, or 0 as soon as it is below `least`. */
  similarity(rank: number, other: number, least: number): number {
    const [row, otherRow] = [this.rows[rank]!, this.rows[other]!];
    const chunk = this.#chunks[Math.floor(row / CHUNK)]!;
    const otherChunk = this.#chunks[Math.floor(otherRow / CHUNK)]!;
    const start = (row % CHUNK) * this.hashes;
    const otherStart = (otherRow % CHUNK) * this.hashes;
    const most = this.hashes - Math.ceil(least * this.hashes);
    let unlike = 0;
    for (let at = 0; at < this.hashes; at++) {
      if (chunk[start + at] !== otherChunk[otherStart + at] && ++unlike > most) return 0;
    }
    return 1 - unlike / this.hashes;
  }
}

/** Rows in the order of 64-bit hashes. */
function rankedRows(keys: Uint32Array): Uint32Array {
  const pairs = new SortedPairs(keys.length / 2);
  for (let row = 0; 2 * row < keys.length; row++) pairs.push(keys[2 * row]!, row);
  pairs.sort();
  const rows = Uint32Array.from({ length: pairs.length }, (_, rank) => pairs.item(rank));
  // Sorted by the first words; among ten million keys some thousands have one in common.
  for (const [from, to] of pairs.runs())
    rows.subarray(from, to).sort((a, b) => keys[2 * a + 1]! - keys[2 * b + 1]!);
  return rows;
}
