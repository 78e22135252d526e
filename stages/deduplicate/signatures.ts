import { defineStage } from "../../engine/index.ts";
import { documents } from "../ingest/tables.ts";
import { signatureParams } from "./params.ts";
import { signatures } from "./tables.ts";

/** Makes each document's signature, partition by partition. */
export const signDocuments = defineStage({
  name: "signatures",
  module: import.meta.url,
  inputs: { documents },
  outputs: { signatures },
  params: signatureParams,
  partitionBy: "documents",
  async environment() {
    // What a letter is, and its lower case, follow the Unicode version that Node was built with.
    return { unicode: process.versions["unicode"] ?? "none" };
  },
  async *run(inputs, context) {
    const { signPartition } = await import("./sign-partition.ts");
    yield* signPartition(inputs, context);
  },
});
