import { defineStage } from "../../engine/index.ts";
import { vocabParams } from "./params.ts";
import { normaliser, tokenizer, vocab, words } from "./tables.ts";

/** Trains a WordPiece vocabulary on counted words, and makes a tokenizer of it that normalises as they were. */
export const trainVocab = defineStage({
  name: "vocab",
  module: import.meta.url,
  inputs: { words, normaliser },
  outputs: { vocab, tokenizer },
  params: vocabParams,
  async *run(inputs, context) {
    const { trainOnWords } = await import("./train-on-words.ts");
    yield* trainOnWords(inputs, context);
  },
});
