import { type InputTable, PipelineError, type StageContext } from "../../engine/index.ts";
import { SPECIAL_PIECES } from "../../model/checkpoint.ts";
import { readPieces } from "../read-pieces.ts";
import type { vocab } from "../tokenize/tables.ts";

/** The pieces of a vocabulary. A PipelineError where a special piece that a checkpoint names is missing. */
export async function readVocabulary(
  table: InputTable<(typeof vocab)["columns"]>,
): Promise<readonly string[]> {
  const pieces = await readPieces(table);
  const missing = SPECIAL_PIECES.filter((piece) => !pieces.includes(piece));
  if (missing.length > 0)
    throw new PipelineError("the vocabulary lacks special pieces", {
      where: "train.vocab",
      expected: SPECIAL_PIECES.join(" "),
      got: `no ${missing.join(", no ")}`,
      hint: "wire the vocab that tokenize uses into train",
    });
  return pieces;
}

/** Warns where the checkpoint would tell its users to lower-case although the vocabulary is cased. */
export function warnOfCase(
  pieces: readonly string[],
  context: Pick<StageContext<unknown>, "log">,
): void {
  const special: readonly string[] = SPECIAL_PIECES;
  const cased = pieces.find((piece) => !special.includes(piece) && /\p{Lu}/u.test(piece));
  if (cased === undefined) return;
  context.log(
    "warn",
    `the vocabulary has upper-case pieces (${JSON.stringify(cased)}), but tokenizer.lowercase is true`,
  );
}
