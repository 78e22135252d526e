import { defineStage } from "../../../engine/index.ts";
import { backendFact } from "../../open-backend.ts";
import { examples } from "../../sop-pairs/tables.ts";
import { checkpoint, scores } from "../tables.ts";
import { params } from "./params.ts";

/**
 * Measures a pretrained model on held-out pairs of both kinds, whatever it was trained on: sentence-order pairs
 * (`ordered`) and next-sentence pairs (`random`), as in the ALBERT paper's table 5. Of each kind `head accuracy` is that
 * of the model's own second head, and `probe accuracy` that of a logistic regression on the frozen hidden state at
 * [CLS], fitted to training pairs of that kind: the same for a model that has no such head. Masked LM is measured on the
 * held-out `ordered` pairs.
 */
export const measurePairs = defineStage({
  name: "measure-pairs",
  module: import.meta.url,
  inputs: { checkpoint, ordered: examples, random: examples },
  outputs: { scores },
  params,
  seeded: true,
  wholeMachine: true,
  environment: backendFact,
  async *run(inputs, context) {
    const { runPairs } = await import("./run.ts");
    yield* runPairs(inputs, context);
  },
});
