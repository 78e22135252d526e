import { defineStage } from "../../engine/index.ts";
import { backendFact } from "../open-backend.ts";
import { checkpoint, scores } from "../train/tables.ts";
import { params } from "./params.ts";
import { curve, data, predictions } from "./tables.ts";

export { type FoundTask, findGlue } from "./find-glue.ts";
export { GLUE_TASKS, type GlueTask, glueTask, huggingFaceGlueTask } from "./glue.ts";
export { KOREAN_TASKS, type KoreanTask, koreanTask } from "./korean.ts";
export { localFolder } from "./local-folder.ts";
export { task } from "./task.ts";

/**
 * Fine-tunes a checkpoint on one classification task, predicts the task's evaluated splits, and scores the
 * predictions beside what always answering the most frequent label scores.
 */
export const evaluate = defineStage({
  name: "eval",
  module: import.meta.url,
  inputs: { checkpoint, data },
  outputs: { scores, predictions, curve, checkpoint },
  params,
  seeded: true,
  wholeMachine: true,
  environment: backendFact,
  async *run(inputs, context) {
    const { runEvaluate } = await import("./run.ts");
    yield* runEvaluate(inputs, context);
  },
});
