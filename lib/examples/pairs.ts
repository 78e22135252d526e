import { RandomStream } from "../random.ts";
import { readsTheSame } from "./alike.ts";
import { divide, type TokenizedDocument, type Units, wholeSentences } from "./document.ts";
import type { PairOptions } from "./options.ts";
import { truncate } from "./truncate.ts";
import { partingPoints, windowEnd, windowStart } from "./windows.ts";

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
  /** Which window of the document it is, from 0 in the order in which they were cut. */
  readonly chunk: number;
  /** Whether a short length was drawn for it, and whether nothing of the document was left after it. */
  readonly short: boolean;
  readonly last: boolean;
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

/** A window's two segments before they are cut to length. */
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
  /** The half with which the window begins as it is cut, and the unit after that half. */
  readonly first: Segment;
  readonly next: number;
}

/** Cuts windows one after another; where it goes backwards, units are counted from the document's end. */
class WindowCutter {
  readonly count: number;
  readonly #document: TokenizedDocument;
  readonly #pass: number;
  readonly #options: PairOptions;
  readonly #others: OtherDocuments;
  readonly #longest: number;
  readonly #units: Units;
  readonly #backwards: boolean;
  /** As the units' offsets, in the direction in which windows are cut. */
  readonly #offsets: readonly number[];
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
    this.#backwards =
      options.direction === "either" && this.#stream("sop-pairs direction", 0).float() < 0.5;
    const { offsets } = this.#units;
    const end = offsets.at(-1)!;
    this.#offsets = this.#backwards ? offsets.map((at) => end - at).reverse() : offsets;
    this.#documentTarget = this.#drawTarget(0);
  }

  /** The pair, if any, of the window that begins with unit `start`, and where the next window begins. */
  cut(start: number, chunk: number): { pair: SegmentPair | undefined; next: number } {
    const { shortLengthDrawn, truncation, alikeSegments } = this.#options;
    const random = this.#stream("sop-pairs pair", chunk);
    const target =
      shortLengthDrawn === "per-document" ? this.#documentTarget : this.#drawTarget(chunk);
    const end = this.#windowEnd(start, target);
    const parted = this.#part(this.#reachBack(start, end, target), end, target, random);
    if (parted === undefined) return { pair: undefined, next: end };
    const { next } = parted;
    const longest = this.#longest + (parted.b === undefined ? 1 : 0);
    const [a, b] = truncate([parted.a, parted.b], longest, truncation, random);
    const truncated = lengthOf(parted.a) + lengthOf(parted.b) - lengthOf(a) - lengthOf(b);
    const alike = alikeSegments === "unlabelled" && b !== undefined && areAlike(a, b);
    const label = alike ? -1 : parted.label;
    const short = target < this.#longest;
    const last = next === this.count;
    return { pair: { a, b, label, chunk, short, last, truncated }, next };
  }

  #stream(purpose: string, chunk: number): RandomStream {
    return new RandomStream(this.#options.seed, purpose, this.#document.key, this.#pass, chunk);
  }

  #drawTarget(chunk: number): number {
    const random = this.#stream("sop-pairs target", chunk);
    const short = random.float() < this.#options.shortSeqProb;
    return short ? 2 + random.below(this.#longest - 1) : this.#longest;
  }

  /**
   * The unit after a window's last; a last sentence of which no pair can be made joins the window before it, unless
   * it can reach back into it.
   */
  #windowEnd(start: number, target: number): number {
    const { filling, lastWindow } = this.#options;
    const canPart = (first: number, end: number) => this.#canPart(first, end);
    const rules = { longest: this.#longest, filling, canPart };
    const end = windowEnd(this.#offsets, start, target, rules);
    const joins = lastWindow === "rest" && this.count - end === 1 && !canPart(end, this.count);
    return joins ? this.count : end;
  }

  /** The first unit of a window: of a document's last one that is not full, or no pair, one before what was left. */
  #reachBack(start: number, end: number, target: number): number {
    if (this.#options.lastWindow === "rest" || end < this.count) return start;
    const full = target === this.#longest;
    const first = full ? windowStart(this.#offsets, start, end, this.#longest) : start;
    return first > 0 && !this.#canPart(first, end) ? first - 1 : first;
  }

  #canPart(first: number, end: number): boolean {
    const { loneSentence } = this.#options;
    return loneSentence !== "part" || end - first > 1 || this.#partingPoints(first).length > 0;
  }

  #partingPoints(start: number): number[] {
    const { offsets } = this.#units;
    const unit = this.#backwards ? this.count - 1 - start : start;
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
    const { before, after, first, next } = parts;
    if (objective === "nsp" && random.float() < 0.5)
      return this.#withOther(first, next, target, random);
    const swapped = objective === "sop" && random.float() < 0.5;
    const [a, b] = swapped ? [after, before] : [before, after];
    return { a, b, label: objective === "none" ? -1 : swapped ? 1 : 0, next: end };
  }

  /** Both parts of one unit, cut at a word, if there is one to cut at. */
  #halves(start: number, random: RandomStream): Halves | undefined {
    const points = this.#partingPoints(start);
    if (points.length === 0) return undefined;
    const middle = points[random.below(points.length)]!;
    const whole = this.#segment(start, start + 1);
    const before = { ...whole, to: middle };
    const after = { ...whole, from: middle };
    return { before, after, first: this.#backwards ? after : before, next: start + 1 };
  }

  /** The units before and after one of the borders between them. */
  #borderOf(start: number, end: number, random: RandomStream): Halves {
    const next = start + 1 + random.below(end - start - 1);
    const first = this.#segment(start, next);
    const second = this.#segment(next, end);
    return this.#backwards
      ? { before: second, after: first, first, next }
      : { before: first, after: second, first, next };
  }

  #segment(start: number, end: number): Segment {
    const { offsets, sentences } = this.#units;
    const [first, last] = this.#backwards ? [this.count - end, this.count - start] : [start, end];
    return {
      document: this.#document,
      from: offsets[first]!,
      to: offsets[last]!,
      sentenceStart: sentences[first]!,
      sentenceEnd: sentences[last - 1]! + 1,
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

function areAlike(a: Segment, b: Segment): boolean {
  return readsTheSame(a.document.ids.subarray(a.from, a.to), b.document.ids.subarray(b.from, b.to));
}
