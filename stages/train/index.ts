import { defineStage } from "../../engine/index.ts";
import { backendFact } from "../open-backend.ts";
import { examples } from "../sop-pairs/tables.ts";
import { tokenizer } from "../tokenize/tables.ts";
import { continues, params } from "./params.ts";
import {
  best,
  checkpoint,
  checkpoints,
  curve,
  divergences,
  optimiser,
  scores,
  tensorboard,
  trustRatios,
} from "./tables.ts";

/**
 * Pretrains an ALBERT on masked LM and sentence order, and measures it on the held-out examples beside what is
 * reached without reading the text.
 */
export const train = defineStage({
  name: "train",
  module: import.meta.url,
  inputs: { examples, tokenizer },
  outputs: {
    checkpoint,
    best,
    checkpoints,
    optimiser,
    tensorboard,
    curve,
    trustRatios,
    divergences,
    scores,
  },
  params,
  seeded: true,
  wholeMachine: true,
  resumable: { continues },
  environment: backendFact,
  async *run(inputs, context) {
    const { runTrain } = await import("./run.ts");
    yield* runTrain(inputs, context);
  },
});
