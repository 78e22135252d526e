import type { z } from "zod";
import type { PlaceOptions, Ref, Refs } from "../../engine/index.ts";
import type { documents } from "../ingest/tables.ts";
import { normaliserParams, type vocabParams } from "./params.ts";
import type { tokenizer, vocab } from "./tables.ts";
import { trainVocab } from "./vocab.ts";
import { countWords } from "./word-counts.ts";

export { tokenize } from "./tokenize.ts";
export { vocabFile } from "./vocab-file.ts";
export { countWords, trainVocab };

const normaliserKeys = new Set<string>(Object.keys(normaliserParams.unwrap().shape));

/**
 * A WordPiece vocabulary for documents: places `countWords` and `trainVocab`, and gives each its own of `params`.
 * The vocabulary takes the name `options.as`, its word counts that name with `-word-counts`.
 */
export function wordpieceVocab(
  inputs: { readonly documents: Ref<typeof documents> },
  params: z.input<typeof normaliserParams> & z.input<typeof vocabParams>,
  options: PlaceOptions = {},
): Refs<{ vocab: typeof vocab; tokenizer: typeof tokenizer }> {
  const own = (normaliser: boolean) =>
    Object.fromEntries(
      Object.entries(params).filter(([key]) => normaliserKeys.has(key) === normaliser),
    );
  const counted = countWords(
    inputs,
    own(true),
    options.as === undefined ? {} : { as: `${options.as}-word-counts` },
  );
  return trainVocab(counted, own(false) as z.input<typeof vocabParams>, options);
}
