import { defineStage } from "../../../engine/index.ts";
import { backendFact } from "../../open-backend.ts";
import { checkpoint, scores } from "../../train/tables.ts";
import { answers, curve, data } from "../tables.ts";
import { params } from "./params.ts";

/**
 * Fine-tunes a checkpoint on SQuAD (a span's beginning and end) or RACE (one of several options), answers the
 * evaluated files' questions, and scores the answers as the official scripts do, as shares.
 */
export const evaluateReading = defineStage({
  name: "reading",
  module: import.meta.url,
  inputs: { checkpoint, data },
  outputs: { scores, answers, curve, checkpoint },
  params,
  seeded: true,
  wholeMachine: true,
  environment: backendFact,
  async *run(inputs, context) {
    const { runReading } = await import("./run.ts");
    yield* runReading(inputs, context);
  },
});
