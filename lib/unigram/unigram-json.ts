import { z } from "zod";
import { checkPieces, type UnigramDefinition } from "../tokenizer/definition.ts";
import { parseBy, type TokenizerJson } from "../tokenizer/json.ts";
import { findRoles, type RolePieces } from "../tokenizer/roles.ts";
import { TokenizerError } from "../tokenizer/tokenizer-error.ts";

const model = z.looseObject({
  unk_id: z.int().min(0),
  byte_fallback: z.boolean().default(false),
  vocab: z.array(z.tuple([z.string(), z.number()])),
});

const typed = z.looseObject({ type: z.string() });
const steps = z.looseObject({ type: z.literal("Sequence"), pretokenizers: z.array(typed) });

/**
 * Reads a Unigram `tokenizer.json`; its normaliser is kept as it is. A TokenizerError where blanks are not made
 * visible as SentencePiece does, where bytes stand in for unknown characters, or added tokens are not special.
 */
export function readUnigram(
  file: TokenizerJson,
  named: Partial<RolePieces>,
  where: string,
): UnigramDefinition {
  const { vocab, unk_id, byte_fallback } = parseBy(model, file.model, `${where}, model`);
  if (byte_fallback)
    throw unlike(`${where}, model`, "one piece for what is unknown", "byte_fallback");
  const names = steps.safeParse(file.pre_tokenizer).data?.pretokenizers ?? [file.pre_tokenizer];
  const kinds = names.map((step) => typed.safeParse(step).data?.type ?? "none").join(", ");
  if (kinds !== "Metaspace" && kinds !== "WhitespaceSplit, Metaspace")
    throw unlike(`${where}, pre_tokenizer`, "Metaspace, alone or after WhitespaceSplit", kinds);
  const added = file.added_tokens ?? [];
  const pieces = vocab.map(([piece]) => piece);
  for (const { id, content, special } of added)
    if (!special || pieces[id] !== content)
      throw unlike(
        `${where}, added_tokens`,
        "special tokens, each with the id of its piece",
        `${JSON.stringify(content)} of id ${id}`,
      );
  checkPieces(pieces, where);
  const unk = pieces[unk_id];
  const roles = findRoles(pieces, { ...named, ...(unk !== undefined && { unk }) }, where);
  return {
    kind: "unigram",
    pieces,
    scores: vocab.map(([, score]) => score),
    roles,
    special: new Set([...added.map(({ id }) => id), ...Object.values(roles)]),
    normalizer: file.normalizer ?? null,
    preTokenizer: file.pre_tokenizer,
  };
}

function unlike(where: string, expected: string, got: string): TokenizerError {
  return new TokenizerError("a Unigram tokenizer does what is not done here", {
    where,
    expected,
    got,
  });
}

/** The parts of a `tokenizer.json` that are Unigram's own. */
export function unigramParts({ roles, normalizer, preTokenizer }: UnigramDefinition) {
  return {
    normalizer,
    preTokenizer,
    decoder: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
    model: { type: "Unigram", unk_id: roles.unk, byte_fallback: false },
  };
}
