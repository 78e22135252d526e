import { IntList } from "./int-list.ts";
import { PairHeap } from "./pair-heap.ts";
import { NO_NOTE, PairTable } from "./pair-table.ts";
import { CONTINUATION } from "./tokenizer.ts";
import type { WordCounts } from "./word-counts.ts";

export interface TrainerOptions {
  /** How many pieces to end with, special tokens included. */
  readonly size: number;
  /** A pair that occurs less often is not merged. */
  readonly minFrequency: number;
  /** How many different characters to keep, the most frequent ones; words lose the others. */
  readonly alphabetLimit: number;
  readonly specialTokens: readonly string[];
}

/** A vocabulary in the order of its ids: special tokens, then `alphabet`, then `merges`. */
export interface TrainedVocab {
  /** Each kept character, then each that continues a word with `##`, both by code point. */
  readonly alphabet: readonly string[];
  /**
   * The merged pieces by code point, not in the order of merging: greedy matching depends on the set alone, so
   * that counts may change a little without changing the vocabulary.
   */
  readonly merges: readonly string[];
}

/**
 * Trains a WordPiece vocabulary as Hugging Face's WordPieceTrainer does: from characters, always merging the pair
 * that occurs most. Ties go to the pair of the older symbols, so the order of words does not matter. There are
 * fewer pieces than `size` where the words support no more, and more where the alphabet alone is larger.
 */
export function trainWordPiece(words: WordCounts, options: TrainerOptions): TrainedVocab {
  const symbols = new Symbols(words, options.alphabetLimit);
  const alphabet = symbols.texts.slice();
  const pairs = new PairTable();
  const heap = new PairHeap(pairs);
  symbols.countPairs(pairs);
  for (let pair = 0; pair < pairs.size; pair++) heap.push(pair);

  const size = options.size - options.specialTokens.length;
  while (symbols.texts.length < size) {
    const pair = heap.pop();
    if (pair === undefined || pairs.counts[pair]! < options.minFrequency) break;
    for (const risen of symbols.merge(pair, pairs)) heap.push(risen);
  }
  return { alphabet, merges: symbols.texts.slice(alphabet.length).sort(byCodePoint) };
}

/** Every word as its current symbols, in one pool. */
class Symbols {
  /** By id: the alphabet, then merges in order. */
  readonly texts: string[] = [];
  readonly #idByText = new Map<string, number>();
  readonly #counts: Float64Array;
  readonly #pool = new IntList();
  /** Where each word's symbols begin in the pool and how many there are. */
  readonly #starts = new IntList();
  readonly #lengths = new IntList();

  constructor({ words, counts }: WordCounts, alphabetLimit: number) {
    this.#counts = counts;
    const texts = readWords(words.bytes, words.offsets.values, words.size);
    const kept = frequentChars(texts, counts, alphabetLimit);
    const rest = new Set<number>();
    for (const text of texts) {
      for (let at = afterFirst(text); at < text.length; ) {
        const char = text.codePointAt(at)!;
        if (kept.has(char)) rest.add(char);
        at += unitsOf(char);
      }
    }
    const first = this.#addChars(kept, "");
    const later = this.#addChars(rest, CONTINUATION);

    for (const text of texts) {
      const start = this.#pool.length;
      for (let at = 0; at < text.length; ) {
        const char = text.codePointAt(at)!;
        const id = (at === 0 ? first : later).get(char);
        if (id !== undefined) this.#pool.push(id);
        at += unitsOf(char);
      }
      this.#starts.push(start);
      this.#lengths.push(this.#pool.length - start);
    }
  }

  countPairs(pairs: PairTable): void {
    for (let word = 0; word < this.#starts.length; word++) {
      const start = this.#starts.values[word]!;
      const last = start + this.#lengths.values[word]! - 1;
      for (let at = start; at < last; at++) {
        pairs.rise(this.#pool.values[at]!, this.#pool.values[at + 1]!, this.#counts[word]!, word);
      }
    }
  }

  /** Merges a pair wherever it occurs; returns the pairs that occur more often than before. */
  merge(pair: number, pairs: PairTable): Set<number> {
    const left = pairs.left.values[pair]!;
    const right = pairs.right.values[pair]!;
    const merged = this.#idOf(this.texts[left]! + this.texts[right]!.slice(CONTINUATION.length));
    const risen = new Set<number>();
    for (let note = pairs.firstNote(pair); note !== NO_NOTE; note = pairs.nextNote(note))
      this.#mergeIn(pairs.wordOf(note), left, right, merged, pairs, risen);
    pairs.counts[pair] = 0;
    return risen;
  }

  #mergeIn(
    word: number,
    left: number,
    right: number,
    merged: number,
    pairs: PairTable,
    risen: Set<number>,
  ): void {
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
        risen.add(pairs.rise(pool[to - 1]!, merged, count, word));
      }
      if (at + 2 < end) {
        pairs.fall(right, pool[at + 2]!, count);
        risen.add(pairs.rise(merged, pool[at + 2]!, count, word));
      }
      pool[to++] = merged;
      at++;
    }
    this.#lengths.values[word] = to - start;
  }

  /** Adds characters in order of their code points; the id of each. */
  #addChars(chars: ReadonlySet<number>, prefix: string): ReadonlyMap<number, number> {
    const sorted = [...chars].sort((a, b) => a - b);
    return new Map(sorted.map((char) => [char, this.#idOf(prefix + String.fromCodePoint(char))]));
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

function readWords(bytes: Uint8Array, offsets: Int32Array, size: number): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: string[] = [];
  for (let word = 0; word < size; word++)
    texts.push(buffer.toString("utf8", offsets[word]!, offsets[word + 1]!));
  return texts;
}

/** The code points that occur most, ties by code point. */
function frequentChars(texts: readonly string[], counts: Float64Array, limit: number): Set<number> {
  const frequencies = new Map<number, number>();
  for (let word = 0; word < texts.length; word++) {
    const text = texts[word]!;
    for (let at = 0; at < text.length; ) {
      const char = text.codePointAt(at)!;
      frequencies.set(char, (frequencies.get(char) ?? 0) + counts[word]!);
      at += unitsOf(char);
    }
  }
  const ranked = [...frequencies].sort(([a, countA], [b, countB]) => countB - countA || a - b);
  return new Set(ranked.slice(0, limit).map(([char]) => char));
}

/** Where a text's second code point begins. */
function afterFirst(text: string): number {
  return text === "" ? 0 : unitsOf(text.codePointAt(0)!);
}

/** UTF-16 units of a code point. */
function unitsOf(char: number): number {
  return char > 0xffff ? 2 : 1;
}

/** Orders strings by code point, as their UTF-8 bytes are ordered; `<` would order by UTF-16 unit. */
function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    if (a.charCodeAt(at) === b.charCodeAt(at)) continue;
    return a.codePointAt(at)! - b.codePointAt(at)!;
  }
  return a.length - b.length;
}
