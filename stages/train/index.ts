import { defineStage } from "../../engine/index.ts";
import { backendFact } from "../open-backend.ts";
import { examples } from "../sop-pairs/tables.ts";
import { tokenizer } from "../tokenize/tables.ts";
import { params } from "./params.ts";
import { checkpoint, curve, scores } from "./tables.ts";

/**
 * Pretrains an ALBERT on masked LM and sentence order, and measures it on the held-out examples beside what is
 * reached without reading the text.
 */
export const train = defineStage({
  name: "train",
  module: import.meta.url,
  inputs: { examples, tokenizer },
  outputs: { checkpoint, curve, scores },
  params,
  seeded: true,
  wholeMachine: true,
  environment: backendFact,
  async *run(inputs, context) {
    const { runTrain } = await import("./run.ts");
    yield* runTrain(inputs, context);
  },
});
