import { PipelineError } from "../../engine/index.ts";
import { ordinaryIds, type TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import type { Separators } from "./example-builder.ts";
import type { Ways } from "./modes.ts";

/** What pairs need of a vocabulary. */
export interface PairVocabulary extends Separators {
  readonly maskId: number;
  /** The ids by one of which a masked piece may be replaced. */
  readonly replacements: Int32Array;
  readonly special: ReadonlySet<number>;
  /** By id, 1 for a piece that begins a word; undefined where the tokeniser has said which do. */
  readonly beginsWord: Uint8Array | undefined;
}

/** Takes it from a tokenizer; an error where nothing but special pieces is there. */
export function pairVocabulary(
  definition: TokenizerDefinition,
  { replaceWithSpecials, wordStarts }: Pick<Ways, "replaceWithSpecials" | "wordStarts">,
): PairVocabulary {
  const { cls, sep, mask } = definition.roles;
  const replacements = replaceWithSpecials
    ? Int32Array.from(definition.pieces.keys())
    : ordinaryIds(definition);
  if (replacements.length === 0)
    throw new PipelineError("the vocabulary holds special pieces only", {
      where: "tokenizer",
      expected: "at least one ordinary piece, to replace masked ones",
    });
  const beginsWord =
    wordStarts === "tokenizer"
      ? undefined
      : Uint8Array.from(definition.pieces, (piece) =>
          beginsWordInAlbert(piece, definition) ? 1 : 0,
        );
  const { special } = definition;
  return { clsId: cls, sepId: sep, maskId: mask, replacements, special, beginsWord };
}

/** ASCII's punctuation as google-research/albert lists it; an apostrophe is not in it. */
const PUNCTUATION = '!"#$%&()*+,-./:;?@[\\]^_`{|}~';

/**
 * What google-research/albert takes for the first piece of a word: of WordPiece what has no `##`; of SentencePiece
 * what begins with its blank or `<`, is punctuation, or holds anything but ASCII letters and punctuation, so that
 * every piece of Hangul and every number is a word.
 */
function beginsWordInAlbert(piece: string, { kind }: TokenizerDefinition): boolean {
  if (kind === "wordpiece") return !piece.startsWith("##");
  if (piece.startsWith("\u2581") || piece.startsWith("<")) return true;
  const characters = [...piece];
  return (
    (characters.length === 1 && PUNCTUATION.includes(piece)) ||
    characters.some((one) => !/[a-z]/i.test(one) && !PUNCTUATION.includes(one))
  );
}
