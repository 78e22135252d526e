import type { TokenizedDocument } from "./document.ts";

/** A sentence is parted only where both parts keep this many pieces: less carries no order to tell. */
const SHORTEST_PART = 4;

/** A window that holds this share of its target may end before a sentence that would not fit. */
const NEARLY_FULL = 0.9;

export interface WindowRules {
  /** Pieces that a window holds at most, without special ones. */
  readonly longest: number;
  readonly filling: "fitting" | "overfull";
  /** Whether the units from `first` up to `end` can be parted in two. */
  canPart(first: number, end: number): boolean;
}

/**
 * The unit after the last of the window that begins with `start`: units are taken until the target is reached. With
 * `fitting`, also until the next would not fit, once the window is nearly full; and units go on being taken until
 * the window can be parted.
 */
export function windowEnd(
  offsets: ArrayLike<number>,
  start: number,
  target: number,
  { longest, filling, canPart }: WindowRules,
): number {
  const from = offsets[start]!;
  const count = offsets.length - 1;
  let end = start + 1;
  for (; end < count; end++) {
    const held = offsets[end]! - from;
    if (!canPart(start, end)) continue;
    if (held >= target) break;
    const overfull = offsets[end + 1]! - from > longest;
    if (filling === "fitting" && overfull && held >= NEARLY_FULL * target) break;
  }
  return end;
}

/** The first unit of a window that ends before `end`: as far before `start` as it takes until it is nearly full. */
export function windowStart(
  offsets: ArrayLike<number>,
  start: number,
  end: number,
  longest: number,
): number {
  let first = start;
  while (first > 0 && offsets[end]! - offsets[first]! < NEARLY_FULL * longest) first--;
  return first;
}

/** Word starts at which the pieces [from, to) fall into two parts that are not too short. */
export function partingPoints(
  { wordStarts }: Pick<TokenizedDocument, "wordStarts">,
  from: number,
  to: number,
): number[] {
  const points: number[] = [];
  for (let position = from + SHORTEST_PART; position <= to - SHORTEST_PART; position++) {
    if (wordStarts[position] === 1) points.push(position);
  }
  return points;
}
