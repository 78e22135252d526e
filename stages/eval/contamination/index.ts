import { z } from "zod";
import { defineStage } from "../../../engine/index.ts";
import { documents } from "../../ingest/tables.ts";
import { taskParams } from "../params.ts";
import { contaminated, contamination, data } from "../tables.ts";

/**
 * Finds the examples of a task's evaluated and test splits of which the pretraining text has a run of words: as many
 * as `ngram` says, or the whole example where it has fewer. Words are compared in lower case, without punctuation.
 */
export const checkContamination = defineStage({
  name: "contamination",
  module: import.meta.url,
  inputs: { documents, data },
  outputs: { contamination, contaminated },
  params: taskParams.omit({ maxTrainExamples: true }).extend({
    /** Words that must be alike in a row: 13 as in Brown et al., 2020 (GPT-3, appendix C). */
    ngram: z.int().min(2).max(100).default(13),
    /** Examples of fewer words than this are not looked for: they are everywhere. */
    shortest: z.int().min(2).default(6),
  }),
  async environment() {
    // Character classes and case follow the Unicode version that Node was built with.
    return { unicode: process.versions["unicode"] ?? "none" };
  },
  async *run(inputs, context) {
    const { findContamination } = await import("./run.ts");
    yield* findContamination(inputs, context);
  },
});
