import { defineStage } from "../../engine/index.ts";
import { documents } from "../ingest/tables.ts";
import { normaliserParams } from "./params.ts";
import { sentences, vocab } from "./tables.ts";

/** Turns sentences into ids, as Hugging Face's BERT tokenisers do; give it what the vocabulary's words were given. */
export const tokenize = defineStage({
  name: "tokenize",
  module: import.meta.url,
  inputs: { documents, vocab },
  outputs: { sentences },
  params: normaliserParams,
  partitionBy: "documents",
  async *run(inputs, context) {
    const { tokenizePartition } = await import("./tokenize-partition.ts");
    yield* tokenizePartition(inputs, context);
  },
});
