import { pieceOf } from "../../lib/tokenizer/decode.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { CONTINUATION } from "../../lib/wordpiece/tokenizer.ts";

/** A piece as it stands in a text. */
export interface ShownPiece {
  /** What stood there before masking. */
  readonly text: string;
  /** Whether a blank goes before it. */
  readonly apart: boolean;
  readonly special: boolean;
  /** What is fed in its place, where it is to be predicted. */
  readonly fed: string | undefined;
}

interface Ids {
  readonly ids: Int32Array;
  readonly positions: Int32Array;
  /** What stood at each position. */
  readonly labels: Int32Array;
  /** 1 where a piece begins a word. */
  readonly starts: Uint8Array;
}

/** The pieces of an example, with those that are to be predicted as they were and as they are fed. */
export function piecesOf(
  tokenizer: TokenizerDefinition,
  { ids, positions, labels, starts }: Ids,
): ShownPiece[] {
  const wanted = new Map(Array.from(positions, (position, index) => [position, labels[index]!]));
  return Array.from(ids, (id, index) => {
    const label = wanted.get(index);
    const stood = label ?? id;
    return {
      text: bare(pieceOf(tokenizer, stood)),
      apart: starts[index] === 1,
      special: tokenizer.special.has(stood),
      fed: label === undefined ? undefined : bare(pieceOf(tokenizer, id)),
    };
  });
}

/** A piece without the marks that say where words begin. */
function bare(piece: string): string {
  const text = piece.startsWith(CONTINUATION) ? piece.slice(CONTINUATION.length) : piece;
  return text.replaceAll("▁", "") || piece;
}
