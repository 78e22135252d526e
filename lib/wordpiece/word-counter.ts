import { ChunkTable, isSeparator } from "./chunk-table.ts";
import type { NormaliserOptions } from "./normaliser.ts";
import { WordCounts } from "./word-counts.ts";
import { WordSplitter } from "./word-splitter.ts";

/** Bounds of what is counted before it is split into words, so that memory follows the words alone. */
const HELD_CHUNKS = 1 << 18;
const HELD_INTEGERS = 1 << 21;
const HIGHEST_COUNT = 1 << 30;

/** Counts the words of texts. Chunks between blanks are counted as they are written, and only then split into words. */
export class WordCounter {
  readonly #splitter: WordSplitter;
  readonly #chunks = new ChunkTable();
  readonly #counts = new WordCounts();

  constructor(options: NormaliserOptions) {
    this.#splitter = new WordSplitter(options);
  }

  /**
   * Counts each word of the UTF-8 text from `start` to `end` as so many `times`, below 2^30, but for those too long to
   * be more than the unknown token.
   */
  addText(bytes: Uint8Array, start: number, end: number, times = 1): void {
    const chunks = this.#chunks;
    let at = start;
    while (at < end) {
      if (isSeparator(bytes[at]!)) {
        at++;
        continue;
      }
      const found = chunks.find(bytes, at, end);
      if (found < 0) {
        const from = at;
        while (at < end && !isSeparator(bytes[at]!)) at++;
        this.#addChunk(bytes, from, at, times);
        continue;
      }
      at = chunks.end;
      if (found > 0) {
        const count = chunks.notes[found]! + times;
        chunks.notes[found] = count;
        if (count >= HIGHEST_COUNT) this.#flush();
        continue;
      }
      chunks.add([times], 1);
      if (chunks.size >= HELD_CHUNKS || chunks.poolSize > HELD_INTEGERS) this.#flush();
    }
  }

  /** What was counted so far. */
  finish(): WordCounts {
    this.#flush();
    return this.#counts;
  }

  #flush(): void {
    const { notes } = this.#chunks;
    this.#chunks.each((bytes, start, length, note) => {
      this.#addChunk(bytes, start, start + length, notes[note]!);
    });
    this.#chunks.clear();
  }

  #addChunk(bytes: Uint8Array, start: number, end: number, times: number): void {
    const splitter = this.#splitter;
    splitter.reset(bytes, start, end);
    while (splitter.next())
      if (!splitter.tooLong) this.#counts.addWord(splitter.word, 0, splitter.length, times);
  }
}
