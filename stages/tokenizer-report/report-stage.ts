import { defineStage } from "../../engine/index.ts";
import { reportParams } from "./params.ts";
import {
  counts,
  coverage,
  lengths,
  misses,
  percentiles,
  uncoveredCharacters,
  unknownWords,
} from "./tables.ts";

/** Adds the counts of every partition up to a report. */
export const reportPieces = defineStage({
  name: "tokenizer-report",
  module: import.meta.url,
  inputs: { counts, lengths, misses },
  outputs: { coverage, percentiles, unknownWords, uncoveredCharacters },
  params: reportParams,
  async *run(inputs, context) {
    const run = await import("./report.ts");
    yield* run.reportPieces(inputs, context);
  },
});
