import { makeBatch } from "../../../engine/index.ts";
import { readsTheSame } from "../../../lib/examples/alike.ts";
import type { TokenizedDocument } from "../../../lib/examples/document.ts";
import { predictionBudget } from "../../../lib/examples/masking.ts";
import {
  type Segment,
  type SegmentPair,
  SPECIALS_PER_EXAMPLE,
} from "../../../lib/examples/pairs.ts";
import { hashIds } from "../../../lib/hash-ids.ts";
import { lowerBound } from "../../../lib/lower-bound.ts";
import type { SopPairsParams } from "../params.ts";
import { tallies } from "../tables.ts";
import type { PairVocabulary } from "../vocabulary.ts";
import type { Measure } from "./measure.ts";

/** Shorter sentences are anybody's: "Thank you." tells nothing of an overlap. */
const TELLING_SENTENCE = 8;

/** An example as it was laid out and masked, beside what it was to be. */
export interface MadeExample {
  readonly pair: SegmentPair;
  readonly pass: number;
  /** Masked. */
  readonly ids: Int32Array;
  readonly wordStarts: Uint8Array;
  readonly separator: number;
  readonly positions: Int32Array;
  readonly originals: Int32Array;
}

export type TallyOptions = Pick<
  SopPairsParams,
  "maskedLmProb" | "countSpecials" | "objective" | "maxSeqLength"
> & {
  readonly maxPredictionsPerSeq: number;
  readonly vocabulary: Pick<PairVocabulary, "maskId" | "special" | "replacements">;
};

/** Counts what a partition's examples hold, from the examples and the documents and not from what was meant. */
export class Tally {
  readonly #options: TallyOptions;
  readonly #counts = new Map<string, number>();
  readonly #whole: Int32Array;
  #document: TokenizedDocument | undefined;
  #examples = 0;
  /** 1 for each piece of the document that the first pass has in an example. */
  #seen = new Uint8Array(0);

  constructor(options: TallyOptions) {
    this.#options = options;
    this.#whole = new Int32Array(options.maxSeqLength);
  }

  begin(document: TokenizedDocument): void {
    this.#document = document;
    this.#examples = 0;
    this.#seen = new Uint8Array(document.ids.length);
  }

  add(made: MadeExample): void {
    this.#examples++;
    const { pair, pass, ids, positions, originals } = made;
    const whole = this.#whole.subarray(0, ids.length);
    whole.set(ids);
    for (let at = 0; at < positions.length; at++) whole[positions[at]!] = originals[at]!;
    this.#countPair(made, whole);
    this.#countWindow(pair, ids.length);
    this.#countMasks(made);
    const text = hashIds(whole, 0, whole.length, made.separator);
    if (pass === 0) {
      this.#count("text", 1, text);
      for (const { document, from, to } of [pair.a, pair.b ?? pair.a])
        if (document === this.#document) this.#seen.fill(1, from, to);
    }
    this.#count("example", 1, hashIds(positions, 0, positions.length, hashIds(ids) | 0));
  }

  end(): void {
    const { ids, offsets, sentences } = this.#document!;
    this.#count("documents", 1);
    for (let index = 0; index < sentences.length; index++) {
      const [from, to] = [offsets[index]!, offsets[index + 1]!];
      if (to - from >= TELLING_SENTENCE) this.#count("sentence", 1, hashIds(ids, from, to));
    }
    if (this.#examples === 0) this.#count("unused documents", 1);
    else this.#countSeen(this.#document!);
  }

  #countSeen({ ids, offsets, sentences }: TokenizedDocument): void {
    let seenSentences = 0;
    for (let index = 0; index < sentences.length; index++)
      if (this.#seen.subarray(offsets[index]!, offsets[index + 1]!).includes(1)) seenSentences++;
    this.#count("sentences", sentences.length);
    this.#count("seen sentences", seenSentences);
    this.#count("document pieces", ids.length);
    let seenPieces = 0;
    for (const one of this.#seen) seenPieces += one;
    this.#count("seen pieces", seenPieces);
  }

  /** Adds what is counted of all examples together: spans, at n - 1 those of n words. */
  addSpans(drawn: ArrayLike<number>, taken: ArrayLike<number>): void {
    this.#count("replacements", 1, this.#options.vocabulary.replacements.length, "all");
    for (let n = 1; n <= drawn.length; n++) {
      this.#count("drawn spans", drawn[n - 1]!, n, "all");
      this.#count("masked spans", taken[n - 1]!, n, "all");
    }
  }

  batch() {
    const keys = [...this.#counts.keys()].map((key) => key.split("\t"));
    return makeBatch(tallies, {
      measure: keys.map(([measure]) => measure!),
      split: keys.map(([, split]) => split!),
      value: BigInt64Array.from(keys, ([, , value]) => BigInt(value!)),
      count: BigInt64Array.from(this.#counts.values(), BigInt),
    });
  }

  #count(measure: Measure, by: number, value = 0, split = this.#document!.split): void {
    const key = `${measure}\t${split}\t${value}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  #countPair({ pair: { a, b, label }, separator }: MadeExample, whole: Int32Array): void {
    const first = whole.subarray(1, separator);
    const second = whole.subarray(separator + 1, whole.length - 1);
    this.#count("examples", 1);
    if (!isFrom(first, a) || (b !== undefined && !isFrom(second, b))) this.#count("wrong text", 1);
    if (label !== -1) this.#count("labelled", 1);
    if (label === 1) this.#count("swapped", 1);
    if (b === undefined) return;
    const together = a.document.key === b.document.key;
    if (!together) this.#count("cross-document", 1);
    if (together && a.from < b.to && b.from < a.to) this.#count("same place", 1);
    if (label !== -1 && readsTheSame(first, second)) this.#count("alike", 1);
    const swapped = !together || (this.#options.objective === "sop" && a.from >= b.to);
    if (label !== -1 && swapped !== (label === 1)) this.#count("wrong label", 1);
  }

  #countWindow({ short, last, truncated }: SegmentPair, length: number): void {
    this.#count("pieces", length);
    if (truncated > 0) this.#count("cut pieces", truncated);
    if (short) this.#count("short windows", 1);
    if (short || last) return;
    this.#count("inner windows", 1);
    this.#count("inner pieces", length);
  }

  #countMasks({ pair, ids, wordStarts, separator, positions, originals }: MadeExample): void {
    const { maskedLmProb, countSpecials, maxPredictionsPerSeq, vocabulary } = this.#options;
    const ordinary = ids.length - SPECIALS_PER_EXAMPLE + (pair.b === undefined ? 1 : 0);
    const counted = countSpecials ? ids.length : ordinary;
    this.#count("countable pieces", counted);
    this.#count("wanted", predictionBudget(counted, maskedLmProb, maxPredictionsPerSeq));
    this.#count("predicted", positions.length);
    let [masked, kept, special] = [0, 0, 0];
    for (let at = 0; at < positions.length; at++) {
      const position = positions[at]!;
      const fed = ids[position]!;
      if (position === 0 || position === separator || position === ids.length - 1)
        this.#count("special predicted", 1);
      if (fed === vocabulary.maskId) masked++;
      else if (fed === originals[at]) kept++;
      else if (vocabulary.special.has(fed)) special++;
    }
    this.#count("masked", masked);
    this.#count("kept", kept);
    if (special > 0) this.#count("special replacements", special);
    this.#countWords(wordStarts, separator, ids.length, positions);
  }

  /** Words of which some piece is predicted, and those of which not all are. */
  #countWords(
    wordStarts: Uint8Array,
    separator: number,
    length: number,
    positions: Int32Array,
  ): void {
    const begins = (at: number) =>
      at >= length - 1 || at === separator || at === separator + 1 || wordStarts[at] === 1;
    let [words, inPart] = [0, 0];
    for (let at = 0; at < positions.length; words++) {
      let start = positions[at]!;
      while (start > 1 && !begins(start)) start--;
      let end = positions[at]! + 1;
      while (!begins(end)) end++;
      const before = at;
      while (at < positions.length && positions[at]! < end) at++;
      if (at - before < end - start) inPart++;
    }
    this.#count("predicted words", words);
    if (inPart > 0) this.#count("words in part", inPart);
  }
}

/** Whether a segment's pieces are those of its document, within the sentences that it names. */
function isFrom(pieces: Int32Array, { document, from, to, sentenceStart, sentenceEnd }: Segment) {
  const { ids, offsets, sentences } = document;
  if (pieces.length !== to - from) return false;
  for (let at = 0; at < pieces.length; at++) if (pieces[at] !== ids[from + at]) return false;
  const first = lowerBound(sentences, sentenceStart);
  const end = lowerBound(sentences, sentenceEnd);
  return first < end && offsets[first]! <= from && to <= offsets[end]!;
}
