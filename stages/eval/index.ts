import { defineStage } from "../../engine/index.ts";
import { vocab } from "../tokenize/tables.ts";
import { checkpoint, scores } from "../train/tables.ts";
import { params } from "./params.ts";
import { data, predictions } from "./tables.ts";

export { localFolder } from "./local-folder.ts";
export { glueTask, task } from "./task.ts";

/**
 * Fine-tunes a checkpoint on one classification task, predicts the task's evaluated splits, and scores the
 * predictions beside what always answering the most frequent label scores.
 */
export const evaluate = defineStage({
  name: "eval",
  module: import.meta.url,
  inputs: { checkpoint, vocab, data },
  outputs: { scores, predictions },
  params,
  seeded: true,
  wholeMachine: true,
  async *run(inputs, context) {
    const { onnxBackend } = await import("../../backend/onnx/index.ts");
    const { evaluateTask } = await import("./run.ts");
    const backend = await onnxBackend({ threads: context.threads });
    try {
      yield* evaluateTask(inputs, context, backend);
    } finally {
      await backend.dispose();
    }
  },
});
