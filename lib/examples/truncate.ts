import type { RandomStream } from "../random.ts";
import type { TokenizedDocument } from "./document.ts";

/** Pieces [from, to) of a document. */
export interface Span {
  readonly document: Pick<TokenizedDocument, "wordStarts">;
  readonly from: number;
  readonly to: number;
}

/**
 * Takes words (or single pieces) off the longer segment, off B on a tie, by a coin from its front or its back,
 * until both hold at most `longest` pieces. A segment of one word loses pieces of it. B may be missing.
 */
export function truncate<S extends Span>(
  [first, second]: readonly [S, S | undefined],
  longest: number,
  by: "words" | "pieces",
  random: RandomStream,
): readonly [S, S | undefined] {
  let a = first;
  let b = second;
  const lengthOf = (span: Span | undefined) => (span === undefined ? 0 : span.to - span.from);
  while (lengthOf(a) + lengthOf(b) > longest) {
    const ofA = b === undefined || lengthOf(a) > lengthOf(b);
    const longer = ofA ? a : b!;
    const shorter =
      random.float() < 0.5
        ? { ...longer, from: by === "words" ? secondWord(longer) : longer.from + 1 }
        : { ...longer, to: by === "words" ? lastWord(longer) : longer.to - 1 };
    if (ofA) a = shorter;
    else b = shorter;
  }
  return [a, b];
}

/** Where the second word begins, or the second piece where there is only one word. */
function secondWord({ document: { wordStarts }, from, to }: Span): number {
  for (let at = from + 1; at < to; at++) if (wordStarts[at] === 1) return at;
  return from + 1;
}

/** Where the last word begins, or the last piece where there is only one word. */
function lastWord({ document: { wordStarts }, from, to }: Span): number {
  for (let at = to - 1; at > from; at--) if (wordStarts[at] === 1) return at;
  return to - 1;
}
