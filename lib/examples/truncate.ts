import { lowerBound } from "../lower-bound.ts";
import type { RandomStream } from "../random.ts";
import type { TokenizedDocument } from "./document.ts";

/** Pieces [from, to) of a document. */
export interface Span {
  readonly document: Pick<TokenizedDocument, "wordStarts" | "offsets">;
  readonly from: number;
  readonly to: number;
}

/**
 * Shortens the longer segment, B on a tie, by a coin from its front or its back, until both hold at most `longest`
 * pieces; B may be missing. Cut by single pieces, as google-research/albert, or by words: then something of each
 * sentence stays, as long as anything else can be cut, and a segment of one word loses pieces of it.
 */
export function truncate<S extends Span>(
  [a, b]: readonly [S, S | undefined],
  longest: number,
  by: "words" | "pieces",
  random: RandomStream,
): readonly [S, S | undefined] {
  if (a.to - a.from + (b === undefined ? 0 : b.to - b.from) <= longest) return [a, b];
  const first = new Cut(a);
  const second = b === undefined ? undefined : new Cut(b);
  while (first.length + (second?.length ?? 0) > longest) {
    const ofA = second === undefined || first.length > second.length;
    const longer = ofA ? first : second;
    const front = random.float() < 0.5;
    if (by === "pieces") longer.cut(front, 1);
    else cutWord(longer, ofA ? second : first, front);
  }
  return [
    { ...a, from: first.from, to: first.to },
    b === undefined ? undefined : { ...b, from: second!.from, to: second!.to },
  ];
}

/**
 * Takes a word off the end that was drawn, or off another one where a sentence would be lost, or a piece where each
 * end is a long word.
 */
function cutWord(longer: Cut, shorter: Cut | undefined, front: boolean): void {
  for (const byPiece of [false, true])
    for (let end = 0; end < 4; end++) {
      const segment = end < 2 ? longer : (shorter ?? longer);
      const side = end % 2 === 0 ? front : !front;
      const pieces = byPiece ? 1 : segment.wordLength(side);
      if (!segment.keepsSentence(side, pieces)) continue;
      segment.cut(side, pieces);
      return;
    }
  longer.cut(front, longer.wordLength(front));
}

/** A segment while it is cut. */
class Cut {
  readonly #wordStarts: Uint8Array;
  /** Where its first sentence ends and its last one begins. */
  readonly #firstEnd: number;
  readonly #lastStart: number;
  from: number;
  to: number;

  constructor({ document: { wordStarts, offsets }, from, to }: Span) {
    this.#wordStarts = wordStarts;
    this.from = from;
    this.to = to;
    this.#firstEnd = offsets[lowerBound(offsets, from + 1)]!;
    this.#lastStart = offsets[lowerBound(offsets, to) - 1]!;
  }

  get length(): number {
    return this.to - this.from;
  }

  cut(front: boolean, pieces: number): void {
    if (front) this.from += pieces;
    else this.to -= pieces;
  }

  /** Pieces of its first or last word; 1 where it has only one word. */
  wordLength(front: boolean): number {
    for (let at = 1; at < this.length; at++)
      if (this.#wordStarts[front ? this.from + at : this.to - at] === 1) return at;
    return 1;
  }

  /** Whether the sentence at that end is not lost with the pieces that would be cut off. */
  keepsSentence(front: boolean, pieces: number): boolean {
    if (pieces >= this.length) return false;
    return front ? this.from + pieces < this.#firstEnd : this.to - pieces > this.#lastStart;
  }
}
