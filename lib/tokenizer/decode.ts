import { CONTINUATION } from "../wordpiece/tokenizer.ts";
import type { TokenizerDefinition } from "./definition.ts";

/** The piece of an id; the id itself, between angles, where there is none. */
export function pieceOf({ pieces }: TokenizerDefinition, id: number): string {
  return pieces[id] ?? `<${id}>`;
}

/** The text of ids for people to read: pieces joined to words, one blank between words. */
export function decodeIds(definition: TokenizerDefinition, ids: ArrayLike<number>): string {
  const pieces = Array.from(ids, (id) => pieceOf(definition, id));
  return definition.kind === "wordpiece" ? joinWordPieces(pieces) : joinUnigram(pieces, definition);
}

function joinWordPieces(pieces: readonly string[]): string {
  return pieces
    .map((piece, index) => {
      if (index === 0) return piece;
      return piece.startsWith(CONTINUATION) ? piece.slice(CONTINUATION.length) : ` ${piece}`;
    })
    .join("");
}

/** Blanks are in the pieces themselves; special pieces are set apart. */
function joinUnigram(pieces: readonly string[], { pieces: all, special }: TokenizerDefinition) {
  const specials = new Set(Array.from(special, (id) => all[id]));
  return pieces
    .map((piece) => (specials.has(piece) ? ` ${piece} ` : piece))
    .join("")
    .replaceAll("▁", " ")
    .replace(/ {2,}/g, " ")
    .trim();
}
