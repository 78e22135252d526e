import { defineStage } from "../../engine/index.ts";
import { vocabParams } from "./params.ts";
import { vocab, words } from "./tables.ts";

/** Trains a WordPiece vocabulary on counted words. */
export const trainVocab = defineStage({
  name: "vocab",
  module: import.meta.url,
  inputs: { words },
  outputs: { vocab },
  params: vocabParams,
  async *run(inputs, context) {
    const { trainOnWords } = await import("./train-on-words.ts");
    yield* trainOnWords(inputs, context);
  },
});
