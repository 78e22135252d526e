import { defineStage } from "../../engine/index.ts";
import { sentences, tokenizer } from "../tokenize/tables.ts";
import { params } from "./params.ts";
import { audit, cues, examples, tallies } from "./tables.ts";

/**
 * Makes pretraining examples: two consecutive segments of one document, swapped in half of them, with words
 * masked by spans. Every draw is keyed by the document, so that partitioning and worker counts change nothing. An
 * audit of all of them fails the stage where they are not what was asked for.
 */
export const sopPairs = defineStage({
  name: "sop-pairs",
  module: import.meta.url,
  inputs: { sentences, tokenizer },
  outputs: { examples, audit, tallies, cues },
  params,
  partitionBy: "sentences",
  seeded: true,
  async *run(inputs, context) {
    const { makeExamples } = await import("./run.ts");
    yield* makeExamples(inputs, context);
  },
  conclusion: {
    reads: ["tallies", "cues"],
    writes: ["audit"],
    async *run(made, context) {
      const { auditExamples } = await import("./audit/audit.ts");
      yield* auditExamples(made, context);
    },
  },
});
