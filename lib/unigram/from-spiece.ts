import { checkPieces, type UnigramDefinition } from "../tokenizer/definition.ts";
import { findRoles, type RolePieces } from "../tokenizer/roles.ts";
import { readSpiece } from "./spiece.ts";

/** What ALBERT does to text before SentencePiece sees it. */
export interface AlbertOptions {
  readonly lowercase: boolean;
  /** Decompose by compatibility (NFKD) and drop non-spacing marks. Takes Hangul syllables apart into Jamo. */
  readonly stripAccents: boolean;
}

/** A piece that ends in a digit and a comma: ALBERT takes the comma off (google-research/albert, tokenization.py). */
const NUMBER_COMMA = /\p{Nd},$/u;
/** Names of SentencePiece's normalisers that compose. */
const NFKC = /^(nmt_)?nfkc(_cf)?$/;
/** What Hugging Face takes off such a piece's log probability, so that it is never the likeliest. */
const NEVER = 100;

/**
 * A SentencePiece unigram model as ALBERT uses it, described as Hugging Face's conversion of ALBERT's tokenizer does
 * (transformers, `AlbertConverter`): quotes, accents, case, the model's own normaliser, then words between blanks.
 * Where that is unlike SentencePiece itself, in Jamo and in user defined symbols, it is as SentencePiece.
 */
export function fromSpiece(
  bytes: Uint8Array,
  options: AlbertOptions,
  named: Partial<RolePieces>,
  where: string,
): UnigramDefinition {
  const { pieces: all, normaliser, charsmap } = readSpiece(bytes, where);
  const pieces = all.map(({ piece }) => piece);
  checkPieces(pieces, where);
  const unk = all.find(({ type }) => type === "unknown")?.piece;
  const roles = findRoles(pieces, { ...named, ...(unk !== undefined && { unk }) }, where);
  const special = Array.from(pieces.keys()).filter((id) =>
    ["unknown", "control", "unused"].includes(all[id]!.type),
  );
  const replace = (pattern: object, content: string) => ({ type: "Replace", pattern, content });
  return {
    kind: "unigram",
    pieces,
    scores: all.map(({ piece, score }) => (NUMBER_COMMA.test(piece) ? score - NEVER : score)),
    roles,
    special: new Set([...special, ...Object.values(roles)]),
    normalizer: {
      type: "Sequence",
      normalizers: [
        replace({ String: "``" }, '"'),
        replace({ String: "''" }, '"'),
        ...(options.stripAccents ? [{ type: "NFKD" }, { type: "StripAccents" }] : []),
        ...(options.lowercase ? [{ type: "Lowercase" }] : []),
        // The package's precompiled map leaves Jamo as they are, of which SentencePiece's NFKC makes syllables.
        ...(NFKC.test(normaliser) ? [{ type: "NFC" }] : []),
        ...(charsmap.length > 0
          ? [
              {
                type: "Precompiled",
                precompiled_charsmap: Buffer.from(charsmap).toString("base64"),
              },
            ]
          : []),
        replace({ Regex: " {2,}" }, " "),
      ],
    },
    preTokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "WhitespaceSplit" },
        { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
      ],
    },
    spiece: bytes,
  };
}
