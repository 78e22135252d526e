import { IntList } from "./int-list.ts";
import { NO_NOTE, type PairTable } from "./pair-table.ts";
import { CONTINUATION } from "./tokenizer.ts";
import { decodeInto } from "./utf8.ts";
import type { WordCounts } from "./word-counts.ts";

/** Every word as its current symbols, in one pool. */
export class Symbols {
  /** By id: the alphabet, then merges in order. */
  readonly texts: string[] = [];
  readonly #idByText = new Map<string, number>();
  readonly #counts: Float64Array;
  readonly #pool = new IntList();
  /** Where each word's symbols begin in the pool and how many there are. */
  readonly #starts = new IntList();
  readonly #lengths = new IntList();

  /** Spells words by the characters that `keep` holds, given by code point; words lose the others. */
  constructor({ words, counts }: WordCounts, keep: readonly number[]) {
    this.#counts = counts;
    const kept = new Set(keep);
    const rest = new Set<number>();
    const { bytes } = words;
    const offsets = words.offsets.values;
    const pool = this.#pool;
    for (let word = 0; word < words.size; word++) {
      const start = pool.length;
      decodeInto(bytes, offsets[word]!, offsets[word + 1]!, pool);
      for (let at = start + 1; at < pool.length; at++)
        if (kept.has(pool.values[at]!)) rest.add(pool.values[at]!);
      this.#starts.push(start);
      this.#lengths.push(pool.length - start);
    }
    const first = this.#addChars(keep, "");
    const later = this.#addChars(
      [...rest].sort((a, b) => a - b),
      CONTINUATION,
    );
    for (let word = 0; word < words.size; word++) this.#replaceChars(word, first, later);
  }

  countPairs(pairs: PairTable): void {
    for (let word = 0; word < this.#starts.length; word++) {
      const start = this.#starts.values[word]!;
      const last = start + this.#lengths.values[word]! - 1;
      for (let at = start; at < last; at++)
        pairs.rise(this.#pool.values[at]!, this.#pool.values[at + 1]!, this.#counts[word]!, word);
    }
  }

  /** Merges a pair in the words of a list of notes. */
  merge(pair: number, notes: number, pairs: PairTable): void {
    const left = pairs.left.values[pair]!;
    const right = pairs.right.values[pair]!;
    const merged = this.#idOf(this.texts[left]! + this.texts[right]!.slice(CONTINUATION.length));
    for (let note = notes; note !== NO_NOTE; note = pairs.noteBefore(note))
      this.#mergeIn(pairs.wordOf(note), left, right, merged, pairs);
  }

  #mergeIn(word: number, left: number, right: number, merged: number, pairs: PairTable): void {
    const pool = this.#pool.values;
    const count = this.#counts[word]!;
    const start = this.#starts.values[word]!;
    const end = start + this.#lengths.values[word]!;
    let to = start;
    for (let at = start; at < end; at++) {
      const symbol = pool[at]!;
      if (symbol !== left || at + 1 === end || pool[at + 1] !== right) {
        pool[to++] = symbol;
        continue;
      }
      if (to > start) {
        pairs.fall(pool[to - 1]!, left, count);
        pairs.rise(pool[to - 1]!, merged, count, word);
      }
      if (at + 2 < end) {
        pairs.fall(right, pool[at + 2]!, count);
        pairs.rise(merged, pool[at + 2]!, count, word);
      }
      pool[to++] = merged;
      at++;
    }
    this.#lengths.values[word] = to - start;
  }

  /** Makes a word's code points the ids of their symbols. */
  #replaceChars(
    word: number,
    first: ReadonlyMap<number, number>,
    later: ReadonlyMap<number, number>,
  ): void {
    const pool = this.#pool.values;
    const start = this.#starts.values[word]!;
    const end = start + this.#lengths.values[word]!;
    let to = start;
    for (let at = start; at < end; at++) {
      const id = (at === start ? first : later).get(pool[at]!);
      if (id !== undefined) pool[to++] = id;
    }
    this.#lengths.values[word] = to - start;
  }

  /** The ids of characters in the order given. */
  #addChars(chars: readonly number[], prefix: string): ReadonlyMap<number, number> {
    return new Map(chars.map((char) => [char, this.#idOf(prefix + String.fromCodePoint(char))]));
  }

  #idOf(text: string): number {
    const known = this.#idByText.get(text);
    if (known !== undefined) return known;
    const id = this.texts.length;
    this.texts.push(text);
    this.#idByText.set(text, id);
    return id;
  }
}
