import { CharClass, charClasses } from "../wordpiece/chars.ts";

const ALONE = CharClass.punctuation | CharClass.ideograph;

/**
 * 1 for each code point of a text at which a word begins as BERT's pre-tokeniser defines it: after white space, at
 * and after punctuation and ideographs. Control characters are passed over, as BERT's cleaning drops them.
 */
export function wordStartsOf(codes: ArrayLike<number>): Uint8Array {
  const starts = new Uint8Array(codes.length);
  let within = false;
  for (let at = 0; at < codes.length; at++) {
    const kind = charClasses[codes[at]!]!;
    if (kind & CharClass.space) within = false;
    else if (kind & ALONE) {
      starts[at] = 1;
      within = false;
    } else if (!(kind & CharClass.control)) {
      starts[at] = within ? 0 : 1;
      within = true;
    }
  }
  return starts;
}

/** A text's pieces as an encoder gives them: piece i covers the code points from starts[i] to ends[i]. */
export interface CoveredPieces {
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
  /** 1 for a piece of nothing but the mark of a blank. */
  readonly blank: ArrayLike<number>;
}

/**
 * Marks with 1 in `out`, from `at` on, the pieces that begin a word: those before whose first character, and after
 * the piece before, a word begins; the first piece always. One that is but a blank belongs to the word after it.
 */
export function markWordStarts(
  codes: ArrayLike<number>,
  { starts, ends, blank }: CoveredPieces,
  out: Uint8Array,
  at: number,
): void {
  const begins = wordStartsOf(codes);
  let covered = 0;
  /** The first of the blanks that no word has followed yet. */
  let open = -1;
  for (let piece = 0; piece < starts.length; piece++) {
    out[at + piece] = 0;
    if (blank[piece] === 1) {
      if (open < 0) open = piece;
      continue;
    }
    const first = firstCharacter(codes, Math.max(starts[piece]!, covered), ends[piece]!);
    let starting = false;
    for (let code = covered; code <= first && !starting; code++) starting = begins[code] === 1;
    if (starting) out[at + (open < 0 ? piece : open)] = 1;
    open = -1;
    covered = Math.max(covered, ends[piece]!);
  }
  if (open >= 0) out[at + open] = 1;
  if (starts.length > 0) out[at] = 1;
}

/** The first code point of [from, to) that is neither white space nor dropped; `to - 1` where there is none. */
function firstCharacter(codes: ArrayLike<number>, from: number, to: number): number {
  for (let at = from; at < to; at++)
    if (!(charClasses[codes[at]!]! & (CharClass.space | CharClass.control))) return at;
  return to - 1;
}
