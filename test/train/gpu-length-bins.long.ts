import { expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { webgpuBackend } from "../../backend/webgpu.ts";
import type { CurveRow } from "../../stages/train/measurement.ts";
import { onGpu } from "../backend/software-gpu.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { faulty } from "./faulty-backend.ts";
import { countingExamples, MODEL } from "./rig.ts";
import { copyOf, trained } from "./trained.ts";

/** What losses may differ by, as a part of themselves: GPUs add equal ids in no fixed order. */
const TOLERANCE = 1e-4;

/** Of 9 to 13 pieces. */
const rows = countingExamples(60);

/** Dropout, masks of each epoch's own, batches in parts, and a last batch of each bin that is not full. */
const RAW = {
  model: { ...MODEL, numHiddenLayers: 1, hiddenDropoutProb: 0.1, attentionProbsDropoutProb: 0.1 },
  lengthBins: [10, 12],
  trainBatchSize: 7,
  microBatchSize: 4,
  redraw: "masks",
  numTrainSteps: 8,
  logEverySteps: 1,
  evaluateEverySteps: 5,
  saveEverySteps: 3,
  heldoutSample: 6,
};

const expectSame = (got: readonly CurveRow[], expected: readonly CurveRow[]) => {
  expect(got.map(placeOf)).toEqual(expected.map(placeOf));
  for (const [index, { masked_lm_loss, sentence_order_loss }] of expected.entries()) {
    const row = got[index]!;
    expect(Math.abs(row.masked_lm_loss / masked_lm_loss - 1)).toBeLessThan(TOLERANCE);
    expect(Math.abs(row.sentence_order_loss! / sentence_order_loss! - 1)).toBeLessThan(TOLERANCE);
  }
};
const placeOf = ({ step, split }: CurveRow) => `${split} ${step}`;

function trainsInBins(name: string, create: () => Promise<Backend>): void {
  test(`${name} trains in length bins as the processor, also after a kill`, async () => {
    const processor = await onnxBackend({ threads: 1 });
    const usual = await trained({ on: processor, raw: RAW, rows });
    await processor.dispose();

    const gpu = await create();
    const lengths: number[] = [];
    const on = faulty(gpu, "pretraining-gradients", (program, _, outputs) => {
      lengths.push(program.inputs["input_ids"]!.shape[1]!);
      return outputs();
    });
    const unfinished = await tempFolder();
    let killed = unfinished;
    const whole = await trained({
      on,
      raw: RAW,
      rows,
      unfinished,
      onRow: async ({ step }) => {
        if (step === 5) killed = await copyOf(unfinished);
      },
    });
    expect(new Set(lengths)).toEqual(new Set([10, 12, 16]));
    expectSame(whole.curve, usual.curve);
    const resumed = await trained({ on: gpu, raw: RAW, rows, unfinished: killed });
    expect(resumed.logs.join("\n")).toContain("goes on from step 3");
    expectSame(resumed.curve, usual.curve);
    await gpu.dispose();
  });
}

await onGpu("onnxruntime-webgpu", () => onnxBackend({ threads: 2 }, "webgpu"), trainsInBins);
await onGpu("webgpu", webgpuBackend, trainsInBins);
