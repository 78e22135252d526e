import { makeBatch } from "../../../engine/index.ts";
import { readsTheSame } from "../../../lib/examples/alike.ts";
import type { TokenizedDocument } from "../../../lib/examples/document.ts";
import { predictionBudget } from "../../../lib/examples/masking.ts";
import {
  type Segment,
  type SegmentPair,
  SPECIALS_PER_EXAMPLE,
} from "../../../lib/examples/pairs.ts";
import { Growable } from "../../../lib/growable.ts";
import { hashIds } from "../../../lib/hash-ids.ts";
import { lowerBound } from "../../../lib/lower-bound.ts";
import type { SopPairsParams } from "../params.ts";
import { tallies } from "../tables.ts";
import type { PairVocabulary } from "../vocabulary.ts";
import { CueSample } from "./cue-sample.ts";
import type { Hashed, Measure } from "./measure.ts";

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

/** What is counted of one split. */
interface SplitTally {
  readonly counts: Map<Measure, number>;
  readonly hashes: Readonly<Record<Hashed, Growable<Float64Array>>>;
}

/** Counts what a partition's examples hold, from the examples and the documents and not from what was meant. */
export class Tally {
  readonly #options: TallyOptions;
  readonly #splits = new Map<string, SplitTally>();
  readonly #ofAll: { measure: Measure; value: number; count: number }[] = [];
  readonly #cues = new CueSample();
  readonly #whole: Int32Array;
  #document: TokenizedDocument | undefined;
  /** Of the document's split. */
  #tally: SplitTally | undefined;
  #examples = 0;
  /** 1 for each piece of the document that the first pass has in an example. */
  #seen = new Uint8Array(0);

  constructor(options: TallyOptions) {
    this.#options = options;
    this.#whole = new Int32Array(options.maxSeqLength);
  }

  begin(document: TokenizedDocument): void {
    this.#document = document;
    this.#tally = this.#splits.get(document.split) ?? newSplitTally();
    this.#splits.set(document.split, this.#tally);
    this.#examples = 0;
    this.#seen = new Uint8Array(document.ids.length);
  }

  add(made: MadeExample): void {
    this.#examples++;
    const { pair, pass, ids, positions, originals, separator } = made;
    const whole = this.#whole.subarray(0, ids.length);
    whole.set(ids);
    for (let at = 0; at < positions.length; at++) whole[positions[at]!] = originals[at]!;
    this.#countPair(made, whole);
    this.#countWindow(pair, ids.length);
    this.#countMasks(made);
    if (pair.label !== -1) this.#addCue(made);
    if (pass === 0) {
      this.#hash("text", hashIds(whole, 0, whole.length, separator));
      for (const { document, from, to } of [pair.a, pair.b ?? pair.a])
        if (document === this.#document) this.#seen.fill(1, from, to);
    }
    this.#hash("example", hashIds(positions, 0, positions.length, hashIds(ids) | 0));
  }

  end(): void {
    const { ids, offsets, sentences } = this.#document!;
    this.#count("documents", 1);
    for (let index = 0; index < sentences.length; index++) {
      const [from, to] = [offsets[index]!, offsets[index + 1]!];
      if (to - from >= TELLING_SENTENCE) this.#hash("sentence", hashIds(ids, from, to));
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
    const { length } = this.#options.vocabulary.replacements;
    this.#ofAll.push({ measure: "replacements", value: length, count: 1 });
    for (let n = 1; n <= drawn.length; n++) {
      this.#ofAll.push({ measure: "drawn spans", value: n, count: drawn[n - 1]! });
      this.#ofAll.push({ measure: "masked spans", value: n, count: taken[n - 1]! });
    }
  }

  /** The rows of both tables that the audit reads; those of one measure and split follow each other. */
  batches() {
    const measures: string[] = [];
    const splits: string[] = [];
    const values: bigint[] = [];
    const counts: bigint[] = [];
    const push = (measure: string, split: string, value: number, count: number) => {
      measures.push(measure);
      splits.push(split);
      values.push(BigInt(value));
      counts.push(BigInt(count));
    };
    for (const [split, { counts: counted, hashes }] of this.#splits) {
      for (const [measure, count] of counted) push(measure, split, 0, count);
      for (const [measure, of] of Object.entries(hashes))
        for (const hash of of.view()) push(measure, split, hash, 1);
    }
    for (const { measure, value, count } of this.#ofAll) push(measure, "all", value, count);
    return {
      tallies: makeBatch(tallies, {
        measure: measures,
        split: splits,
        value: BigInt64Array.from(values),
        count: BigInt64Array.from(counts),
      }),
      cues: this.#cues.batch(),
    };
  }

  #count(measure: Measure, by: number): void {
    const { counts } = this.#tally!;
    counts.set(measure, (counts.get(measure) ?? 0) + by);
  }

  #hash(hashed: Hashed, hash: number): void {
    this.#tally!.hashes[hashed].push(hash);
  }

  #addCue({ pair, ids, separator, positions }: MadeExample): void {
    let [inA, sum] = [0, 0];
    for (const position of positions) {
      if (position < separator) inA++;
      sum += position;
    }
    this.#cues.add({
      a_length: separator - 1,
      b_length: ids.length - separator - 2,
      chunk: pair.chunk,
      predictions: positions.length,
      predictions_in_a: inA,
      position_sum: sum,
      sentence_order_label: pair.label,
    });
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

  #countWindow({ a, b, short, last, truncated }: SegmentPair, length: number): void {
    this.#count("pieces", length);
    if (truncated > 0) this.#count("cut pieces", truncated);
    if (short) this.#count("short windows", 1);
    else if (b === undefined || a.document === b.document) {
      const whole = a.document.ids.length + SPECIALS_PER_EXAMPLE - (b === undefined ? 1 : 0);
      this.#count("wide pieces", length);
      this.#count("attainable pieces", Math.min(this.#options.maxSeqLength, whole));
    }
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
    let [words, inPart] = [0, 0];
    for (let at = 0; at < positions.length; words++) {
      let start = positions[at]!;
      while (start > 1 && start !== separator + 1 && wordStarts[start] !== 1) start--;
      let end = positions[at]! + 1;
      while (
        end < length - 1 &&
        end !== separator &&
        end !== separator + 1 &&
        wordStarts[end] !== 1
      )
        end++;
      const before = at;
      while (at < positions.length && positions[at]! < end) at++;
      if (at - before < end - start) inPart++;
    }
    this.#count("predicted words", words);
    if (inPart > 0) this.#count("words in part", inPart);
  }
}

function newSplitTally(): SplitTally {
  const empty = () => new Growable(new Float64Array(256));
  return { counts: new Map(), hashes: { example: empty(), text: empty(), sentence: empty() } };
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
