import { TokenizerError } from "./tokenizer-error.ts";

/** What a special piece is for: padding, unknown words, the pair's frame, masks. */
export const ROLES = ["pad", "unk", "cls", "sep", "mask"] as const;
export type Role = (typeof ROLES)[number];

/** How each role's piece is spelt where nothing says so: by BERT and ALBERT, then by RoBERTa's kin. */
const SPELLINGS: Readonly<Record<Role, readonly string[]>> = {
  pad: ["[PAD]", "<pad>"],
  unk: ["[UNK]", "<unk>"],
  cls: ["[CLS]", "<s>"],
  sep: ["[SEP]", "</s>"],
  mask: ["[MASK]", "<mask>"],
};

/** The piece of each role. */
export type RolePieces = Readonly<Record<Role, string>>;
/** The id of each role's piece. */
export type RoleIds = Readonly<Record<Role, number>>;

/**
 * Finds the piece of each role: the one that is named, else the first of the usual spellings that is there.
 * A TokenizerError where there is none, or one piece would have two roles.
 */
export function findRoles(
  pieces: readonly string[],
  named: Partial<RolePieces>,
  where: string,
): RoleIds {
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  const candidates = (role: Role): readonly string[] =>
    named[role] === undefined ? SPELLINGS[role] : [named[role]];
  const found = ROLES.map((role) => {
    const piece = candidates(role).find((candidate) => ids.has(candidate));
    return [role, piece] as const;
  });
  const missing = found.filter(([, piece]) => piece === undefined);
  if (missing.length > 0)
    throw new TokenizerError("a vocabulary lacks special pieces", {
      where,
      expected: ROLES.map((role) => candidates(role).join(" or ")).join(", "),
      got: missing.map(([role]) => `no ${candidates(role).join(" or ")}`).join(", "),
      hint: "where they are spelt otherwise, say so in specialTokens, e.g. { mask: '<mask>' }",
    });
  const shared = found.find(([, piece], index) =>
    found.slice(0, index).some(([, other]) => other === piece),
  );
  if (shared !== undefined)
    throw new TokenizerError("a special piece has two roles", {
      where,
      expected: `a piece of its own for each of ${ROLES.join(", ")}`,
      got: `${JSON.stringify(shared[1])} twice`,
    });
  return Object.fromEntries(
    found.map(([role, piece]) => [role, ids.get(piece!)!]),
  ) as unknown as RoleIds;
}
