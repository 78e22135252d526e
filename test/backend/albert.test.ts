import { describe, expect, test } from "vitest";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import type { albert } from "../../model/config.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { distance, small, trained } from "./albert-rig.ts";

describe("ALBERT compiled and in plain JavaScript", () => {
  test.each<[string, Parameters<typeof albert>[1], "lamb" | "adamw", number]>([
    ["shared layers, LAMB", {}, "lamb", 20],
    ["AdamW", {}, "adamw", 20],
    ["dropout", { hiddenDropoutProb: 0.1, attentionProbsDropoutProb: 0.1 }, "lamb", 5],
    [
      "nothing shared, as BERT",
      { sharing: "none", embeddingSize: 32, hiddenAct: "gelu" },
      "adamw",
      5,
    ],
  ])(
    "%s: the loss, the whole gradient and the trained parameters agree",
    async (_, changes, name, steps) => {
      const config = small(changes);
      const optimiser = optimiserSchema.parse({ name, epsilon: 1e-6 });
      const compiled = await trained(await onnxBackend({ threads: 2 }), config, optimiser, steps);
      const reference = await trained(await cpuBackend(), config, optimiser, steps);
      expect(distance(compiled.gradients, reference.gradients)).toBeLessThan(2e-6);
      expect(distance(compiled.final, reference.final)).toBeLessThan(1e-5);
      for (const [index, loss] of reference.losses.entries())
        expect(compiled.losses[index]).toBeCloseTo(loss, 4);
    },
  );
});
