import { DECOMPOSITIONS, EXCLUDED, MARK_RUNS } from "./normal-tables.ts";
import { readRuns } from "./runs.ts";

// Hangul syllables are composed by arithmetic: Unicode 3.12, "Conjoining Jamo Behavior".
const LEADS = 0x1100;
const VOWELS = 0x1161;
const TAILS = 0x11a7;
const SYLLABLES = 0xac00;
const LEAD_COUNT = 19;
const VOWEL_COUNT = 21;
const TAIL_COUNT = 28;
const SYLLABLE_COUNT = LEAD_COUNT * VOWEL_COUNT * TAIL_COUNT;

/** The first Hangul syllable, and the first code point after the last. */
export const HANGUL_SYLLABLES = { start: SYLLABLES, end: SYLLABLES + SYLLABLE_COUNT } as const;

/** Full canonical decompositions by code point, but for Hangul syllables. */
const decompositions = new Map<number, readonly number[]>();

/** By `first * 2^21 + second`: what the two compose to. */
const compositions = new Map<number, number>();

/** Whether a code point has a decomposition in `decompositions`, and whether it is second in one of `compositions`. */
const decomposes = new Uint8Array(0x30000);
const composes = new Uint8Array(0x20000);

/** The rank of each mark's combining class: 0 for what is never put in order. */
const ranks = new Uint8Array(0x20000);

readTables();

/** The rank of a code point's combining class among all, 0 where it has none: marks are put in order by it. */
export function combiningRank(code: number): number {
  return code < ranks.length ? ranks[code]! : 0;
}

/** The full canonical decomposition of a code point, or undefined where it is its own. */
export function decompositionOf(code: number): readonly number[] | undefined {
  const index = code - SYLLABLES;
  if (index < 0 || index >= SYLLABLE_COUNT)
    return code < decomposes.length && decomposes[code] ? decompositions.get(code) : undefined;
  const lead = LEADS + Math.floor(index / (VOWEL_COUNT * TAIL_COUNT));
  const vowel = VOWELS + Math.floor((index % (VOWEL_COUNT * TAIL_COUNT)) / TAIL_COUNT);
  const tail = index % TAIL_COUNT;
  return tail === 0 ? [lead, vowel] : [lead, vowel, TAILS + tail];
}

/** What two code points compose to, or undefined. */
export function compositionOf(first: number, second: number): number | undefined {
  const vowel = second - VOWELS;
  if (vowel >= 0 && vowel < VOWEL_COUNT) {
    const lead = first - LEADS;
    if (lead >= 0 && lead < LEAD_COUNT)
      return SYLLABLES + (lead * VOWEL_COUNT + vowel) * TAIL_COUNT;
  }
  const tail = second - TAILS;
  if (tail > 0 && tail < TAIL_COUNT) {
    const syllable = first - SYLLABLES;
    if (syllable >= 0 && syllable < SYLLABLE_COUNT && syllable % TAIL_COUNT === 0)
      return first + tail;
  }
  if (second >= composes.length || !composes[second]) return undefined;
  return compositions.get(pairKey(first, second));
}

/** Calls back with each code point that canonical decomposition changes or puts in order, but for Hangul syllables. */
export function eachDecomposed(visit: (code: number) => void): void {
  for (const code of decompositions.keys()) visit(code);
  eachMark(visit);
}

/** Calls back with each code point that may compose with what stands before it, or that composition does not give back. */
export function eachRecomposed(visit: (code: number) => void): void {
  eachMark(visit);
  for (let vowel = 0; vowel < VOWEL_COUNT; vowel++) visit(VOWELS + vowel);
  for (let tail = 1; tail < TAIL_COUNT; tail++) visit(TAILS + tail);
  for (const key of compositions.keys()) visit(key % 2 ** 21);
  const composed = new Set(compositions.values());
  for (const code of decompositions.keys()) if (!composed.has(code)) visit(code);
}

function eachMark(visit: (code: number) => void): void {
  for (let code = 0; code < ranks.length; code++) if (ranks[code] !== 0) visit(code);
}

function pairKey(first: number, second: number): number {
  return first * 2 ** 21 + second;
}

function readTables(): void {
  let last = 0;
  for (const [gap, ...full] of readRuns(DECOMPOSITIONS)) {
    last += gap!;
    decompositions.set(last, full);
    decomposes[last] = 1;
  }
  last = 0;
  for (const [gap, length, rank] of readRuns(MARK_RUNS)) {
    last += gap! + length!;
    ranks.fill(rank!, last - length!, last);
  }
  const excluded = new Set<number>();
  last = 0;
  for (const [gap] of readRuns(EXCLUDED)) {
    last += gap!;
    excluded.add(last);
  }
  // Shorter decompositions first: a longer one's beginning is then composed already.
  const composed = [...decompositions].filter(
    ([code, { length }]) => length > 1 && !excluded.has(code),
  );
  for (const [code, full] of composed.sort(([, a], [, b]) => a.length - b.length)) {
    const first = full
      .slice(0, -1)
      .reduce((whole, next) => compositions.get(pairKey(whole, next))!);
    compositions.set(pairKey(first, full.at(-1)!), code);
    composes[full.at(-1)!] = 1;
  }
}
