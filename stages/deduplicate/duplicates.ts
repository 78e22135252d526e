import { defineStage } from "../../engine/index.ts";
import { duplicateParams } from "./params.ts";
import { duplicates, signatures } from "./tables.ts";

/** Finds the documents that say what another says, over all partitions. */
export const findDuplicates = defineStage({
  name: "duplicates",
  module: import.meta.url,
  inputs: { signatures },
  outputs: { duplicates },
  params: duplicateParams,
  async *run(inputs, context) {
    const { listDuplicates } = await import("./list-duplicates.ts");
    yield* listDuplicates(inputs, context);
  },
});
