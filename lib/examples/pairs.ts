import { RandomStream } from "../random.ts";
import { divide, type TokenizedDocument, type Units, wholeSentences } from "./document.ts";
import type { PairOptions } from "./options.ts";
import { truncate } from "./truncate.ts";
import { partingPoints, windowEnd } from "./windows.ts";

/** `[CLS]`, `[SEP]`, `[SEP]`. */
export const SPECIALS_PER_EXAMPLE = 3;

/** Consecutive pieces [from, to) of a document, of its sentences [sentenceStart, sentenceEnd) before truncation. */
export interface Segment {
  readonly document: TokenizedDocument;
  readonly from: number;
  readonly to: number;
  readonly sentenceStart: number;
  readonly sentenceEnd: number;
}

/** 0 where B follows A in the document, 1 where they were swapped or B is from elsewhere, -1 where nothing is asked. */
export type OrderLabel = 0 | 1 | -1;

export interface SegmentPair {
  readonly a: Segment;
  /** Undefined in an example of one segment. */
  readonly b: Segment | undefined;
  readonly label: OrderLabel;
  /** Which window of the document it is, from 0. */
  readonly chunk: number;
  /** Pieces that truncation cut off. */
  readonly truncated: number;
}

/** Where segments of other documents come from. */
export interface OtherDocuments {
  /** A document drawn at random, other than `document` where there is any other. */
  draw(document: TokenizedDocument, random: RandomStream): TokenizedDocument;
}

/**
 * Cuts a document into windows of consecutive units, and each window into two segments. What is asked about the
 * second follows the objective: whether the two were swapped, as half of them are (sentence order, ALBERT, arXiv
 * 1909.11942, section 3.1), whether it is from elsewhere, as half of them are (next sentence, BERT, arXiv
 * 1810.04805, section 3.1), or nothing. `pass` is the duplicate's index: other draws from the same text.
 */
export function segmentPairs(
  document: TokenizedDocument,
  pass: number,
  options: PairOptions,
  others: OtherDocuments,
): SegmentPair[] {
  const cutter = new WindowCutter(document, pass, options, others);
  const pairs: SegmentPair[] = [];
  for (let start = 0, chunk = 0; start < cutter.count; chunk++) {
    const { pair, next } = cutter.cut(start, chunk);
    if (pair !== undefined) pairs.push(pair);
    start = next;
  }
  return pairs;
}

/** A window's two segments before they are ordered and cut to length. */
interface Parted {
  readonly a: Segment;
  readonly b: Segment | undefined;
  readonly label: OrderLabel;
  /** The unit with which the next window begins. */
  readonly next: number;
}

/** A window in two, in the order of the document. */
interface Halves {
  readonly before: Segment;
  readonly after: Segment;
  /** The unit with which the next window begins where `after` is not used. */
  readonly next: number;
}

class WindowCutter {
  readonly count: number;
  readonly #document: TokenizedDocument;
  readonly #pass: number;
  readonly #options: PairOptions;
  readonly #others: OtherDocuments;
  readonly #longest: number;
  readonly #units: Units;
  readonly #documentTarget: number;

  constructor(
    document: TokenizedDocument,
    pass: number,
    options: PairOptions,
    others: OtherDocuments,
  ) {
    this.#document = document;
    this.#pass = pass;
    this.#options = options;
    this.#others = others;
    this.#longest = options.maxSeqLength - SPECIALS_PER_EXAMPLE;
    this.#units =
      options.loneSentence === "part" ? divide(document, this.#longest) : wholeSentences(document);
    this.count = this.#units.sentences.length;
    this.#documentTarget = this.#drawTarget(0);
  }

  /** The pair, if any, of the window that begins with unit `start`, and where the next window begins. */
  cut(start: number, chunk: number): { pair: SegmentPair | undefined; next: number } {
    const random = this.#stream("sop-pairs pair", chunk);
    const target =
      this.#options.shortLengthDrawn === "per-document"
        ? this.#documentTarget
        : this.#drawTarget(chunk);
    const end = this.#windowEnd(start, target);
    const parted = this.#part(start, end, target, random);
    if (parted === undefined) return { pair: undefined, next: end };
    const { label, next } = parted;
    const longest = this.#longest + (parted.b === undefined ? 1 : 0);
    const [a, b] = truncate([parted.a, parted.b], longest, this.#options.truncation, random);
    const truncated = lengthOf(parted.a) + lengthOf(parted.b) - lengthOf(a) - lengthOf(b);
    return { pair: { a, b, label, chunk, truncated }, next };
  }

  #stream(purpose: string, chunk: number): RandomStream {
    return new RandomStream(this.#options.seed, purpose, this.#document.key, this.#pass, chunk);
  }

  #drawTarget(chunk: number): number {
    const random = this.#stream("sop-pairs target", chunk);
    const short = random.float() < this.#options.shortSeqProb;
    return short ? 2 + random.below(this.#longest - 1) : this.#longest;
  }

  /** The unit after a window's last; a last sentence from which no pair can be made joins the window before it. */
  #windowEnd(start: number, target: number): number {
    const { filling, loneSentence } = this.#options;
    const { offsets } = this.#units;
    const canPart = (first: number, end: number) =>
      loneSentence !== "part" || end - first > 1 || this.#partingPoints(first).length > 0;
    const rules = { longest: this.#longest, filling, canPart };
    const end = windowEnd(offsets, start, target, rules);
    return this.count - end === 1 && !canPart(end, this.count) ? this.count : end;
  }

  #partingPoints(unit: number): number[] {
    const { offsets } = this.#units;
    return partingPoints(this.#document, offsets[unit]!, offsets[unit + 1]!);
  }

  #part(start: number, end: number, target: number, random: RandomStream): Parted | undefined {
    const { objective, loneSentence } = this.#options;
    const lone = end - start === 1;
    if (lone && loneSentence === "drop") return undefined;
    if (lone && loneSentence === "mask-only")
      return { a: this.#segment(start, end), b: undefined, label: -1, next: end };
    if (lone && loneSentence === "other-document")
      return this.#withOther(this.#segment(start, end), end, target, random);

    const parts = lone ? this.#halves(start, random) : this.#borderOf(start, end, random);
    if (parts === undefined) return undefined;
    const { before, after, next } = parts;
    if (objective === "nsp" && random.float() < 0.5)
      return this.#withOther(before, next, target, random);
    const swapped = objective === "sop" && random.float() < 0.5;
    const [a, b] = swapped ? [after, before] : [before, after];
    return { a, b, label: objective === "none" ? -1 : swapped ? 1 : 0, next: end };
  }

  /** Both parts of one unit, cut at a word, if there is one to cut at. */
  #halves(unit: number, random: RandomStream): Halves | undefined {
    const points = this.#partingPoints(unit);
    if (points.length === 0) return undefined;
    const middle = points[random.below(points.length)]!;
    const whole = this.#segment(unit, unit + 1);
    return {
      before: { ...whole, to: middle },
      after: { ...whole, from: middle },
      next: unit + 1,
    };
  }

  /** The units before and after one of the borders between them. */
  #borderOf(start: number, end: number, random: RandomStream): Halves {
    const next = start + 1 + random.below(end - start - 1);
    return { before: this.#segment(start, next), after: this.#segment(next, end), next };
  }

  #segment(first: number, end: number): Segment {
    const { offsets, sentences } = this.#units;
    return {
      document: this.#document,
      from: offsets[first]!,
      to: offsets[end]!,
      sentenceStart: sentences[first]!,
      sentenceEnd: sentences[end - 1]! + 1,
    };
  }

  /**
   * `a` with sentences of another document, from a random one on, until the target is reached. A document that is
   * alone gives them itself, from outside of the window; there is no pair where it has no other sentence.
   */
  #withOther(a: Segment, next: number, target: number, random: RandomStream): Parted | undefined {
    const other = this.#others.draw(this.#document, random);
    const { sentences, offsets } = other;
    const alone = other.key === this.#document.key;
    const usable = (index: number) =>
      !alone || offsets[index + 1]! <= a.from || offsets[index]! >= a.to;
    const first = drawUsable(sentences.length, usable, alone, random);
    if (first === undefined) return undefined;
    const wanted = target - lengthOf(a);
    let last = first + 1;
    while (offsets[last]! - offsets[first]! < wanted && last < sentences.length && usable(last))
      last++;
    const b = {
      document: other,
      from: offsets[first]!,
      to: offsets[last]!,
      sentenceStart: sentences[first]!,
      sentenceEnd: sentences[last - 1]! + 1,
    };
    const label = this.#options.objective === "none" ? -1 : 1;
    return { a, b, label, next };
  }
}

/** A random index below `count` that is usable, if there is one; where all are, none is looked for. */
function drawUsable(
  count: number,
  usable: (index: number) => boolean,
  choosy: boolean,
  random: RandomStream,
): number | undefined {
  if (!choosy) return random.below(count);
  const indices = Array.from({ length: count }, (_, index) => index).filter(usable);
  return indices.length === 0 ? undefined : indices[random.below(indices.length)];
}

function lengthOf(segment: Segment | undefined): number {
  return segment === undefined ? 0 : segment.to - segment.from;
}
