import type { NormaliserOptions } from "../wordpiece/normaliser.ts";
import type { RoleIds } from "./roles.ts";
import { TokenizerError } from "./tokenizer-error.ts";

interface Vocabulary {
  /** The pieces in the order of their ids. */
  readonly pieces: readonly string[];
  readonly roles: RoleIds;
  /** Ids of pieces with a meaning of their own, those of the roles among them: text never becomes one but `unk`. */
  readonly special: ReadonlySet<number>;
}

/** WordPiece: BERT's normaliser, BERT's words, longest match first. */
export interface WordPieceDefinition extends Vocabulary {
  readonly kind: "wordpiece";
  readonly normaliser: NormaliserOptions;
}

/** SentencePiece's unigram language model, with the steps before it as Hugging Face's tokenizers describes them. */
export interface UnigramDefinition extends Vocabulary {
  readonly kind: "unigram";
  /** The log probability of each piece, by id. */
  readonly scores: readonly number[];
  /** The `normalizer` and `pre_tokenizer` of a `tokenizer.json`. */
  readonly normalizer: unknown;
  readonly preTokenizer: unknown;
  /** The file that it was made from, where that was SentencePiece's. */
  readonly spiece?: Uint8Array;
  /** The version of the package `tokenizers` by which it is to be encoded. */
  readonly tokenizersVersion?: string;
}

/** All that decides how text becomes ids. */
export type TokenizerDefinition = WordPieceDefinition | UnigramDefinition;

/** More pieces than any published vocabulary has; their ids and scores are read whole. */
const MOST_PIECES = 1_000_000;

const UNUSED = /^\[unused\d+\]$/;

/** What a piece is, where it is not known how it came about. */
export function kindOf({ special }: TokenizerDefinition, id: number, piece: string): string {
  if (special.has(id)) return "special";
  return UNUSED.test(piece) ? "unused" : "piece";
}

/** Ids of pieces of text, ascending: neither special nor kept free, as BERT's `[unused0]`. */
export function ordinaryIds(definition: TokenizerDefinition): Int32Array {
  const { pieces } = definition;
  return Int32Array.from(
    Array.from(pieces.keys()).filter((id) => kindOf(definition, id, pieces[id]!) === "piece"),
  );
}

/**
 * Throws a TokenizerError where pieces are none, too many, empty, twice there, or of characters that no text file
 * can hold one a line. `placeOf` says where a piece stands in its file.
 */
export function checkPieces(
  pieces: readonly string[],
  where: string,
  placeOf: (id: number) => string = (id) => `id ${id}`,
): void {
  if (pieces.length === 0 || pieces.length > MOST_PIECES)
    throw new TokenizerError("a vocabulary has an impossible size", {
      where,
      expected: `1 to ${MOST_PIECES} pieces`,
      got: `${pieces.length}`,
    });
  const first = new Map<string, number>();
  for (const [id, piece] of pieces.entries()) {
    const before = first.get(piece);
    if (piece === "" || before !== undefined)
      throw new TokenizerError(
        piece === "" ? "a vocabulary has an empty piece" : "a vocabulary holds a piece twice",
        {
          where: `${where}, ${placeOf(id)}`,
          expected: "a piece of its own for each id",
          got: piece === "" ? "nothing" : `${JSON.stringify(piece)}, as ${placeOf(before!)}`,
        },
      );
    if (/[\n\r]|\p{Surrogate}/u.test(piece))
      throw new TokenizerError("a vocabulary has a piece that is no text of one line", {
        where: `${where}, ${placeOf(id)}`,
        expected: "well-formed Unicode without line ends",
        got: JSON.stringify(piece),
      });
    first.set(piece, id);
  }
}
