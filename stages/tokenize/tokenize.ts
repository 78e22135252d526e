import { z } from "zod";
import { defineStage } from "../../engine/index.ts";
import { documents } from "../ingest/tables.ts";
import { sentences, tokenizer } from "./tables.ts";

/** Turns sentences into ids, as Hugging Face's tokenizers do with the same `tokenizer.json`. */
export const tokenize = defineStage({
  name: "tokenize",
  module: import.meta.url,
  inputs: { documents, tokenizer },
  outputs: { sentences },
  params: z.strictObject({}).prefault({}),
  partitionBy: "documents",
  async *run(inputs, context) {
    const { tokenizePartition } = await import("./tokenize-partition.ts");
    yield* tokenizePartition(inputs, context);
  },
});
