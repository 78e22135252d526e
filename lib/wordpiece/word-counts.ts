import { WordTable } from "./word-table.ts";

/** How often each word occurs. */
export class WordCounts {
  readonly words = new WordTable();
  /** By the word's index in `words`. */
  counts = new Float64Array(1 << 12);

  /** Adds `count` to the word that is the bytes from `start` to `end`. */
  addWord(bytes: Uint8Array, start: number, end: number, count: number): void {
    const word = this.words.add(bytes, start, end);
    if (word >= this.counts.length) {
      const grown = new Float64Array(2 * this.counts.length);
      grown.set(this.counts);
      this.counts = grown;
    }
    this.counts[word] = this.counts[word]! + count;
  }

  /** The words' bytes end to end, by code point, and the count of each. */
  sorted(): { offsets: Int32Array; bytes: Uint8Array; count: Float64Array } {
    const { words } = this;
    const offsets = new Int32Array(words.size + 1);
    const bytes = new Uint8Array(words.byteLength);
    const count = new Float64Array(words.size);
    words.sorted().forEach((word, row) => {
      const start = words.offsets.values[word]!;
      const end = words.offsets.values[word + 1]!;
      bytes.set(words.bytes.subarray(start, end), offsets[row]);
      offsets[row + 1] = offsets[row]! + end - start;
      count[row] = this.counts[word]!;
    });
    return { offsets, bytes, count };
  }
}
