import { frequentChars } from "./frequent-chars.ts";
import { MergeQueue } from "./merge-queue.ts";
import { PairTable } from "./pair-table.ts";
import { Symbols } from "./symbols.ts";
import type { WordCounts } from "./word-counts.ts";

export interface TrainerOptions {
  /** How many pieces to end with, special tokens included. */
  readonly size: number;
  /** A pair that occurs less often is not merged. */
  readonly minFrequency: number;
  /** How many different characters to keep, the most frequent ones; words lose the others. */
  readonly alphabetLimit: number;
  readonly specialTokens: readonly string[];
  /** Characters to keep before all others, whether they occur or not. */
  readonly initialAlphabet?: readonly string[];
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
 * that occurs most. There are fewer pieces than `size` where the words support no more, and more where the alphabet
 * alone is larger.
 *
 * Of pairs that occur equally often the one of the lower ids is merged, of characters the one of the lower code point
 * kept. So does Hugging Face, but that the ids of its `##` characters and the characters kept in a tie hang on the
 * order of a hash table; here they are by code point, and the order of words does not matter.
 */
export function trainWordPiece(words: WordCounts, options: TrainerOptions): TrainedVocab {
  const { alphabet, merges } = mergeInOrder(words, options);
  return { alphabet, merges: [...merges].sort(byCodePoint) };
}

/**
 * As `trainWordPiece`, with `merges` in the order in which they were made.
 *
 * As in Hugging Face's trainer a pair that was merged keeps its count, and one that appears is queued with the words of
 * that merge alone; with its ids given, its merges come out the same one by one.
 */
export function mergeInOrder(words: WordCounts, options: TrainerOptions): TrainedVocab {
  const symbols = new Symbols(words, frequentChars(words, options));
  const alphabet = symbols.texts.slice();
  const pairs = new PairTable();
  const queue = new MergeQueue(pairs);
  const size = options.size - options.specialTokens.length;
  symbols.countPairs(pairs);
  for (;;) {
    for (let at = 0; at < pairs.risen.length; at++) {
      const pair = pairs.risen.values[at]!;
      const notes = pairs.takeNotes(pair);
      if (pairs.counts[pair]! > 0) queue.push(pair, notes);
    }
    pairs.risen.length = 0;
    if (symbols.texts.length >= size) break;
    const merge = queue.pop();
    if (merge === undefined || pairs.counts[merge.pair]! < Math.max(1, options.minFrequency)) break;
    symbols.merge(merge.pair, merge.notes, pairs);
  }
  return { alphabet, merges: symbols.texts.slice(alphabet.length) };
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
