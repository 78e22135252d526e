import { z } from "zod";
import { defineStage } from "../../engine/index.ts";
import { documents } from "../ingest/tables.ts";
import { tokenizer } from "../tokenize/tables.ts";
import { counts, lengths, misses } from "./tables.ts";

/** Counts what a tokenizer makes of documents, those held out too, partition by partition. */
export const countPieces = defineStage({
  name: "piece-counts",
  module: import.meta.url,
  inputs: { documents, tokenizer },
  outputs: { counts, lengths, misses },
  params: z.strictObject({}).prefault({}),
  partitionBy: "documents",
  // Scripts are told by Node's own tables.
  environment: async () => ({ unicode: process.versions["unicode"] ?? "none" }),
  async *run(inputs, context) {
    const run = await import("./count-partition.ts");
    yield* run.countPieces(inputs, context);
  },
});
