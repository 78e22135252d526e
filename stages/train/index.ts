import { defineStage } from "../../engine/index.ts";
import { backendFact } from "../open-backend.ts";
import { examples } from "../sop-pairs/tables.ts";
import { tokenizer } from "../tokenize/tables.ts";
import { continueParams, continues, inheritedMasking, params } from "./params.ts";
import {
  best,
  checkpoint,
  checkpoints,
  costs,
  curve,
  divergences,
  optimiser,
  scores,
  tensorboard,
  trustRatios,
} from "./tables.ts";

const outputs = {
  checkpoint,
  best,
  checkpoints,
  optimiser,
  tensorboard,
  curve,
  trustRatios,
  divergences,
  scores,
  costs,
};

/**
 * Pretrains an ALBERT on masked LM and sentence order, and measures it on the held-out examples beside what is
 * reached without reading the text.
 */
export const train = defineStage({
  name: "train",
  module: import.meta.url,
  inputs: { examples, tokenizer },
  outputs,
  params,
  inherits: inheritedMasking,
  seeded: true,
  wholeMachine: true,
  resumable: { continues },
  environment: backendFact,
  async *run(inputs, context) {
    const { runTrain } = await import("./run.ts");
    yield* runTrain(inputs, context);
  },
});

/**
 * Pretrains a trained model further: on longer sequences, on other text, or without dropout, with a learning rate of its
 * own from step 0.
 */
export const continueTraining = defineStage({
  name: "continue-training",
  module: import.meta.url,
  inputs: { examples, tokenizer, checkpoint, optimiser },
  outputs,
  params: continueParams,
  inherits: inheritedMasking,
  seeded: true,
  wholeMachine: true,
  resumable: { continues },
  environment: backendFact,
  async *run(inputs, context) {
    const { runContinue } = await import("./run.ts");
    yield* runContinue(inputs, context);
  },
});
