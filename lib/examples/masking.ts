import type { RandomStream } from "../random.ts";

export interface MaskingOptions {
  readonly maskId: number;
  /** Ids that may replace a piece at random: every piece that is not special. */
  readonly replacements: Int32Array;
  readonly maskedLmProb: number;
  readonly maxPredictionsPerSeq: number;
  /** Longest span, in words; a span of n words is drawn with p(n) proportional to 1/n. */
  readonly ngram: number;
  /** False turns the odds round: the longest span is the likeliest. */
  readonly favorShorterNgram: boolean;
  /** Whether a word is masked whole or piece by piece. */
  readonly wholeWord: boolean;
  /** Whether the share is of all pieces or of those that can be masked. */
  readonly countSpecials: boolean;
  /**
   * Whether spans keep to their segment, their odds being those of the spans that there is room for; or go on across
   * the border and are cut off at the end, as google-research/albert's.
   */
  readonly spans: "within-segment" | "across";
}

/** Rounds to the nearest integer, a half to the even one, as Python's `round`, by which the reference counts. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** How many pieces of an example of `length` pieces (specials included) are to be predicted. */
export function predictionBudget(length: number, prob: number, most: number): number {
  return Math.min(most, Math.max(1, roundHalfEven(length * prob)));
}

/** How often a span of n words is drawn, at n - 1, where there is room for the longest. */
export function spanShares({
  ngram,
  favorShorterNgram,
}: Pick<MaskingOptions, "ngram" | "favorShorterNgram">): number[] {
  const weights = Array.from({ length: ngram }, (_, at) => {
    return 1 / (favorShorterNgram ? at + 1 : ngram - at);
  });
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Masks examples one after another; `positions` and `originals` hold the latest one's predictions. */
export class Masker {
  readonly #options: MaskingOptions;
  /** cumulative[n - 1]: the summed weight of spans of 1 to n words. */
  readonly #cumulative: Float64Array;
  readonly #covered: Uint8Array;
  readonly #wordFrom: Int32Array;
  readonly #wordTo: Int32Array;
  readonly #order: Int32Array;
  #separator = 0;
  /** Positions to predict, ascending. */
  readonly positions: Int32Array;
  /** The ids that stood there. */
  readonly originals: Int32Array;
  /** At n - 1, how often a span of n words was drawn so far where there was room for the longest. */
  readonly drawn: Float64Array;
  /** At n - 1, how many spans of n words were masked so far. */
  readonly taken: Float64Array;

  constructor(options: MaskingOptions, maxSeqLength: number) {
    this.#options = options;
    let sum = 0;
    this.#cumulative = Float64Array.from(spanShares(options), (share) => {
      sum += share;
      return sum;
    });
    this.#covered = new Uint8Array(maxSeqLength);
    this.#wordFrom = new Int32Array(maxSeqLength);
    this.#wordTo = new Int32Array(maxSeqLength);
    this.#order = new Int32Array(maxSeqLength);
    this.positions = new Int32Array(maxSeqLength);
    this.originals = new Int32Array(maxSeqLength);
    this.drawn = new Float64Array(options.ngram);
    this.taken = new Float64Array(options.ngram);
  }

  /**
   * Masks `ids`, one example `[CLS] A [SEP] B [SEP]` with its first `[SEP]` at `separator` (the last piece where
   * there is no B), in place, and returns how many predictions it has: of the chosen pieces 80 % become `[MASK]`,
   * 10 % stay and 10 % become a random piece, each by itself. Where no whole word fits the count, a part of one is
   * taken, unless spans go across.
   */
  mask(ids: Int32Array, wordStarts: Uint8Array, separator: number, random: RandomStream): number {
    const { maskedLmProb, maxPredictionsPerSeq, countSpecials, spans } = this.#options;
    const specials = separator === ids.length - 1 ? 2 : 3;
    const counted = ids.length - (countSpecials ? 0 : specials);
    const budget = predictionBudget(counted, maskedLmProb, maxPredictionsPerSeq);
    const across = spans === "across";
    const wordsOfA = this.#findWords(wordStarts, 1, separator, 0, false);
    const words = this.#findWords(wordStarts, separator + 1, ids.length - 1, wordsOfA, across);
    this.#separator = separator;
    this.#covered.fill(0, 0, ids.length);
    this.#cover(words, across ? words : wordsOfA, budget, random);
    return this.#replace(ids, random);
  }

  /**
   * Lists the words of [from, to) from number `word` on, and returns the number after the last. The first piece
   * begins a word even in the middle of one, unless it is to join the word before.
   */
  #findWords(
    wordStarts: Uint8Array,
    from: number,
    to: number,
    word: number,
    joins: boolean,
  ): number {
    let next = word;
    for (let position = from; position < to; position++) {
      const first = position === from && (next === 0 || !joins);
      if (first || !this.#options.wholeWord || wordStarts[position] === 1) {
        this.#wordFrom[next++] = position;
      }
      this.#wordTo[next - 1] = position + 1;
    }
    return next;
  }

  /** Visits the words in random order, at each draws a span that begins there, and covers it if it is free and fits. */
  #cover(words: number, wordsOfA: number, budget: number, random: RandomStream): void {
    const { ngram, spans } = this.#options;
    const order = this.#order;
    for (let word = 0; word < words; word++) order[word] = word;
    let left = budget;
    for (let visited = 0; visited < words && left > 0; visited++) {
      const other = visited + random.below(words - visited);
      const word = order[other]!;
      order[other] = order[visited]!;
      order[visited] = word;

      const wordsLeft = (word < wordsOfA ? wordsOfA : words) - word;
      const most = Math.min(ngram, wordsLeft);
      const longest = spans === "across" ? ngram : most;
      const span = this.#drawSpan(longest, random);
      if (longest === ngram) this.drawn[span - 1]!++;
      let n = Math.min(most, span);
      const from = this.#wordFrom[word]!;
      while (n > 0 && this.#piecesIn(from, this.#wordTo[word + n - 1]!) > left) n--;
      if (n === 0) continue;
      const to = this.#wordTo[word + n - 1]!;
      if (this.#isCovered(from, to)) continue;
      this.#covered.fill(1, from, to);
      left -= this.#piecesIn(from, to);
      this.taken[n - 1]!++;
    }
    if (left === budget && spans === "within-segment") {
      const from = this.#wordFrom[order[0]!]!;
      this.#covered.fill(1, from, from + budget);
    }
    this.#covered[this.#separator] = 0;
  }

  #isCovered(from: number, to: number): boolean {
    for (let at = from; at < to; at++) if (this.#covered[at] === 1) return true;
    return false;
  }

  /** How many of the pieces from `from` up to `to` can be masked. */
  #piecesIn(from: number, to: number): number {
    const spansBorder = from < this.#separator && this.#separator < to;
    return to - from - (spansBorder ? 1 : 0);
  }

  /** A span's length from 1 to `most` words. */
  #drawSpan(most: number, random: RandomStream): number {
    const drawn = random.float() * this.#cumulative[most - 1]!;
    let n = 1;
    while (n < most && drawn >= this.#cumulative[n - 1]!) n++;
    return n;
  }

  #replace(ids: Int32Array, random: RandomStream): number {
    const { maskId, replacements } = this.#options;
    let count = 0;
    for (let position = 0; position < ids.length; position++) {
      if (this.#covered[position] === 0) continue;
      this.positions[count] = position;
      this.originals[count++] = ids[position]!;
      const tenth = random.below(10);
      if (tenth < 8) ids[position] = maskId;
      else if (tenth === 9) ids[position] = replacements[random.below(replacements.length)]!;
    }
    return count;
  }
}
