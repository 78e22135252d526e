import { isSeparator } from "../../lib/wordpiece/chunk-table.ts";
import { IntList } from "../../lib/wordpiece/int-list.ts";
import { WordTable } from "../../lib/wordpiece/word-table.ts";

/**
 * The text of one language in one partition: what stands between blanks is told apart, so that each such chunk need be
 * tokenised only once, and where sentences and documents end is kept, so that their lengths come out of that.
 */
export class TextCounts {
  readonly #chunks = new WordTable();
  /** The chunk at every place of the text, by its index in `#chunks`. */
  readonly #places = new IntList();
  readonly #sentenceEnds = new IntList();
  readonly #documentEnds = new IntList();

  addSentence(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (isSeparator(bytes[at]!)) {
        at++;
        continue;
      }
      const from = at;
      while (at < end && !isSeparator(bytes[at]!)) at++;
      this.#places.push(this.#chunks.add(bytes, from, at));
    }
    this.#sentenceEnds.push(this.#places.length);
  }

  endDocument(): void {
    this.#documentEnds.push(this.#places.length);
  }

  /** The different chunks, by their indices. */
  texts(): readonly string[] {
    const { bytes, offsets, size } = this.#chunks;
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return Array.from({ length: size }, (_, chunk) =>
      decoder.decode(bytes.subarray(offsets.values[chunk]!, offsets.values[chunk + 1]!)),
    );
  }

  /** How often each chunk stands in the text. */
  frequencies(): Float64Array {
    const counts = new Float64Array(this.#chunks.size);
    for (let at = 0; at < this.#places.length; at++) counts[this.#places.values[at]!]!++;
    return counts;
  }

  /** How many sentences, or documents, have so many pieces, where each chunk has those of `pieces`. */
  lengths(unit: "sentence" | "document", pieces: ArrayLike<number>): ReadonlyMap<number, number> {
    const ends = unit === "sentence" ? this.#sentenceEnds : this.#documentEnds;
    const counts = new Map<number, number>();
    let at = 0;
    for (let index = 0; index < ends.length; index++) {
      let length = 0;
      for (; at < ends.values[index]!; at++) length += pieces[this.#places.values[at]!]!;
      counts.set(length, (counts.get(length) ?? 0) + 1);
    }
    return counts;
  }
}
