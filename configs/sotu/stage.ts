import { z } from "zod";
// Not from index.ts: the code of every stage would be hashed with this one's.
import { defineStage, folder } from "../../engine/index.ts";
import { documents } from "../../stages/ingest/tables.ts";

/**
 * Two tasks made of the speeches' own metadata, in GLUE's TSV layout: `era` (SST-2's columns: which of three eras
 * is this sentence from) and `follows` (RTE's columns: does passage 2 follow passage 1 in its speech). Training
 * speeches give train.tsv, held-out speeches dev.tsv, so no dev sentence was seen in pretraining either.
 */
export const sotuTasks = defineStage({
  name: "sotu-tasks",
  module: import.meta.url,
  seeded: true,
  inputs: { documents },
  outputs: { era: folder(), follows: folder() },
  params: z.strictObject({
    /** Examples in train.tsv and dev.tsv at most; every label gets the same number. */
    trainExamples: z.int().positive().default(6000),
    devExamples: z.int().positive().default(1000),
    /** The first year of the second and of the third era. */
    eraStarts: z.tuple([z.int(), z.int()]).default([1865, 1934]),
    /** Shorter sentences say too little. */
    minWords: z.int().positive().default(8),
  }),
  async *run(inputs, context) {
    const { writeTasks } = await import("./tasks.ts");
    yield* writeTasks(inputs, context);
  },
});
