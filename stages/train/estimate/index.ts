import { defineStage } from "../../../engine/index.ts";
import { backendFact } from "../../open-backend.ts";
import { examples } from "../../sop-pairs/tables.ts";
import { tokenizer } from "../../tokenize/tables.ts";
import { params } from "../params.ts";
import { estimate } from "../tables.ts";

/**
 * What a training with the same inputs and parameters will take: memory by what it is for, computed, and time, by a few
 * steps of it. Its output is measured, and so not the same twice.
 */
export const estimateTraining = defineStage({
  name: "estimate-training",
  module: import.meta.url,
  inputs: { examples, tokenizer },
  outputs: { estimate },
  params,
  wholeMachine: "alone",
  environment: backendFact,
  async *run(inputs, context) {
    const { runEstimate } = await import("./run.ts");
    yield* runEstimate(inputs, context);
  },
});
