import { expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { distance, small, trained } from "./albert-rig.ts";
import { onGpu } from "./software-gpu.ts";

const optimiser = optimiserSchema.parse({ name: "adamw", epsilon: 1e-6 });
const half = (on: Backend) =>
  trained(on, small({ numHiddenLayers: 1 }), optimiser, 2, { precision: "float16" });

await onGpu(
  "onnxruntime-webgpu",
  () => onnxBackend({ threads: 2 }, "webgpu"),
  (_, create) => {
    test("float16 gives the processor's gradients, or is refused where the GPU has none", async () => {
      const gpu = await create();
      if (!gpu.precisions.includes("float16")) {
        await expect(half(gpu)).rejects.toThrow(/is of float16, which the GPU does not have/);
        return;
      }
      const expected = await half(await onnxBackend({ threads: 2 }));
      const got = await half(gpu);
      expect(distance(got.gradients, expected.gradients)).toBeLessThan(2e-3);
      expect(got.losses[0]).toBeCloseTo(expected.losses[0]!, 2);
    });
  },
);
