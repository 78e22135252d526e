import { RandomStream } from "../../lib/random.ts";
import { divide, type TokenizedDocument } from "./document.ts";

/** `[CLS]`, `[SEP]`, `[SEP]`. */
export const SPECIALS_PER_EXAMPLE = 3;

/** A sentence is parted only where both parts keep this many pieces: less carries no order to tell. */
const SHORTEST_PART = 4;

export interface PairOptions {
  readonly seed: number;
  /** Pieces in a window, `[CLS]` and both `[SEP]` included. */
  readonly maxSeqLength: number;
  /** Share of windows whose target length is drawn from 2 to the longest. */
  readonly shortSeqProb: number;
}

/** Consecutive pieces [from, to) of a document, of its sentences [sentenceStart, sentenceEnd) before truncation. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly sentenceStart: number;
  readonly sentenceEnd: number;
}

export interface SegmentPair {
  readonly a: Segment;
  readonly b: Segment;
  /** 0 where B follows A in the document, 1 where they were swapped. */
  readonly label: 0 | 1;
  /** Which window of the document it is, from 0. */
  readonly chunk: number;
  /** Pieces that truncation cut off. */
  readonly truncated: number;
}

/**
 * Fills windows with consecutive units of a document, parts each in two, and swaps the two in half of them: the
 * sentence-order pairs of ALBERT (arXiv 1909.11942, section 3.1). Unlike google-research/albert, B is always
 * what follows A in the same document, and the short target is drawn for every window. Gives nothing for a
 * document too short to have two segments. `pass` is the duplicate's index: other draws from the same text.
 */
export function sentenceOrderPairs(
  document: TokenizedDocument,
  pass: number,
  options: PairOptions,
): SegmentPair[] {
  const longest = options.maxSeqLength - SPECIALS_PER_EXAMPLE;
  const units = divide(document, longest);
  const { seed } = options;
  const borders = fillWindows(document, units.offsets, (chunk) => {
    const random = new RandomStream(seed, "sop-pairs target", document.key, pass, chunk);
    const short = random.float() < options.shortSeqProb;
    return short ? 2 + random.below(longest - 1) : longest;
  });

  const pairs: SegmentPair[] = [];
  for (let chunk = 0; chunk + 1 < borders.length; chunk++) {
    const random = new RandomStream(seed, "sop-pairs pair", document.key, pass, chunk);
    const first = borders[chunk]!;
    const last = borders[chunk + 1]! - 1;
    const from = units.offsets[first]!;
    const to = units.offsets[last + 1]!;
    let middle: number;
    // The first unit after the border, which for a parted sentence is the parted one itself.
    let next = first;
    if (last > first) {
      next = first + 1 + random.below(last - first);
      middle = units.offsets[next]!;
    } else {
      const inner = partingPoints(document.wordStarts, from, to);
      middle = inner[random.below(inner.length)]!;
    }
    const before = {
      from,
      to: middle,
      sentenceStart: units.sentences[first]!,
      sentenceEnd: units.sentences[Math.max(first, next - 1)]! + 1,
    };
    const after = {
      from: middle,
      to,
      sentenceStart: units.sentences[next]!,
      sentenceEnd: units.sentences[last]! + 1,
    };
    const swapped = random.float() < 0.5;
    const [a, b] = swapped
      ? truncate(after, before, longest, random)
      : truncate(before, after, longest, random);
    const truncated = to - from - (a.to - a.from) - (b.to - b.from);
    pairs.push({ a, b, label: swapped ? 1 : 0, chunk, truncated });
  }
  return pairs;
}

/**
 * Unit borders of the windows: each takes units until it has reached its target and can be parted in two. What is
 * left over and cannot be parted joins the window before it, or, where there is none, gives no window.
 */
function fillWindows(
  document: TokenizedDocument,
  offsets: readonly number[],
  target: (chunk: number) => number,
): number[] {
  const borders = [0];
  const units = offsets.length - 1;
  let start = 0;
  while (start < units) {
    const wanted = target(borders.length - 1);
    let end = start + 1;
    const parts = () =>
      end - start > 1 ||
      partingPoints(document.wordStarts, offsets[start]!, offsets[end]!).length > 0;
    while (end < units && (offsets[end]! - offsets[start]! < wanted || !parts())) end++;
    if (parts()) borders.push(end);
    else if (borders.length > 1) borders[borders.length - 1] = end;
    start = end;
  }
  return borders;
}

/** Word starts at which the pieces [from, to) fall into two parts that are not too short. */
function partingPoints(wordStarts: Uint8Array, from: number, to: number): number[] {
  const points: number[] = [];
  for (let position = from + SHORTEST_PART; position <= to - SHORTEST_PART; position++) {
    if (wordStarts[position] === 1) points.push(position);
  }
  return points;
}

/** Takes single pieces off the longer segment (B on a tie), by a coin from its front or its back, until both fit. */
function truncate(
  a: Segment,
  b: Segment,
  longest: number,
  random: RandomStream,
): readonly [Segment, Segment] {
  let { from: aFrom, to: aTo } = a;
  let { from: bFrom, to: bTo } = b;
  while (aTo - aFrom + bTo - bFrom > longest) {
    const front = random.float() < 0.5;
    if (aTo - aFrom > bTo - bFrom) {
      if (front) aFrom++;
      else aTo--;
    } else if (front) bFrom++;
    else bTo--;
  }
  return [
    { ...a, from: aFrom, to: aTo },
    { ...b, from: bFrom, to: bTo },
  ];
}
