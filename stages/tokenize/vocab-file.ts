import { basename, resolve } from "node:path";
import { defineStage } from "../../engine/index.ts";
import { vocabFileParams } from "./params.ts";
import { tokenizer, vocab } from "./tables.ts";

/**
 * An existing vocabulary from a `vocab.txt`, a `tokenizer.json` (WordPiece or Unigram) or SentencePiece's
 * `spiece.model` (unigram): `vocabFile({}, { file: "vocab.txt" })`. Unigram needs the optional package `tokenizers`.
 */
export const vocabFile = defineStage({
  name: "vocab-file",
  module: import.meta.url,
  inputs: {},
  outputs: { vocab, tokenizer },
  params: vocabFileParams,
  files: async ({ file }) => [{ name: basename(file), path: resolve(file) }],
  async environment({ file }) {
    if (file.endsWith(".txt")) return {};
    const { tokenizersVersion } = await import("../../lib/unigram/tokenizers-package.ts");
    return { tokenizers: tokenizersVersion() ?? "none" };
  },
  async *run(_inputs, context) {
    const { readExisting } = await import("./read-existing.ts");
    yield* readExisting(context);
  },
});
