import { z } from "zod";
import { defineStage } from "../../engine/index.ts";
import { documents } from "../ingest/tables.ts";
import { duplicates } from "./tables.ts";

/** Writes the documents that are no duplicates, as they are, partition by partition. */
export const keepUnique = defineStage({
  name: "unique",
  module: import.meta.url,
  inputs: { documents, duplicates },
  outputs: { documents },
  params: z.strictObject({}).prefault({}),
  partitionBy: "documents",
  async *run(inputs, context) {
    const { keepPartition } = await import("./keep-partition.ts");
    yield* keepPartition(inputs, context);
  },
});
