import { defineStage } from "../../engine/index.ts";
import { documents } from "../ingest/tables.ts";
import { normaliserParams } from "./params.ts";
import { normaliser, words } from "./tables.ts";

/** Counts the words of the training split, partition by partition, and says how they were normalised. */
export const countWords = defineStage({
  name: "word-counts",
  module: import.meta.url,
  inputs: { documents },
  outputs: { words, normaliser },
  params: normaliserParams,
  partitionBy: "documents",
  async *run(inputs, context) {
    const { countPartition } = await import("./count-partition.ts");
    yield* countPartition(inputs, context);
  },
});
