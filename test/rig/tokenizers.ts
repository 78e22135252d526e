import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { findRoles } from "../../lib/tokenizer/roles.ts";
import { defaultNormaliser, type NormaliserOptions } from "../../lib/wordpiece/normaliser.ts";

/** BERT's special pieces, padding first. */
export const SPECIAL_PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;

/** A WordPiece tokenizer of these pieces, the special ones among them. */
export function wordPieces(
  pieces: readonly string[],
  normaliser: Partial<NormaliserOptions> = {},
): TokenizerDefinition {
  const roles = findRoles(pieces, {}, "test");
  return {
    kind: "wordpiece",
    pieces,
    roles,
    special: new Set(Object.values(roles)),
    normaliser: { ...defaultNormaliser, ...normaliser },
  };
}
