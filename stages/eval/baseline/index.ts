import { defineStage } from "../../../engine/index.ts";
import { scores } from "../../train/tables.ts";
import { data, predictions } from "../tables.ts";
import { params } from "./params.ts";

/**
 * What is reached on a task without a pretrained model: by a linear model of the examples' words, trained on the same
 * examples, or by the most frequent label. The same data always gives the same model.
 */
export const taskBaseline = defineStage({
  name: "task-baseline",
  module: import.meta.url,
  inputs: { data },
  outputs: { scores, predictions },
  params,
  // Which examples `maxTrainExamples` leaves is drawn.
  seeded: true,
  async *run(inputs, context) {
    const { runBaseline } = await import("./run.ts");
    yield* runBaseline(inputs, context);
  },
});
