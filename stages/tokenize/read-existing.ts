import { makeBatch, type StageContext } from "../../engine/index.ts";
import { kindOf } from "../../lib/tokenizer/definition.ts";
import { openEncoder } from "../../lib/tokenizer/encoder.ts";
import { writeTokenizer } from "../../lib/tokenizer/files.ts";
import { readVocabFile, type VocabFileOptions } from "../../lib/tokenizer/vocab-file.ts";
import { explained } from "../tokenizer-input.ts";
import type { VocabFileParams } from "./params.ts";
import { type tokenizer, vocab } from "./tables.ts";

/** Reads the vocabulary's file and makes sure that it can be encoded with. */
export async function* readExisting(
  context: StageContext<VocabFileParams, { vocab: typeof vocab; tokenizer: typeof tokenizer }>,
) {
  const { file: _, ...options } = context.params;
  const definition = await explained(() =>
    readVocabFile(context.files[0]!.path, options as VocabFileOptions),
  );
  await explained(() => openEncoder(definition));
  await writeTokenizer(context.folder("tokenizer"), definition);
  const { pieces } = definition;
  yield {
    vocab: makeBatch(vocab, {
      id: Int32Array.from(pieces.keys()),
      piece: pieces,
      kind: pieces.map((piece, id) => kindOf(definition, id, piece)),
    }),
  };
}
