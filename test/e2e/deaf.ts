import { z } from "zod";
import { defineStage, rowTable } from "../../index.ts";
import { documents } from "../../stages/ingest/tables.ts";

/** Begins, says so, and never ends nor looks whether it is to stop. */
export const deaf = defineStage({
  name: "deaf",
  module: import.meta.url,
  inputs: { documents },
  outputs: { numbers: rowTable({ number: "int32" }) },
  params: z.object({}),
  // biome-ignore lint/correctness/useYield: it does not get that far.
  async *run(_inputs, { log }) {
    log("info", "begun");
    for (;;);
  },
});
