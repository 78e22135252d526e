import { setTimeout } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { matmulPeak } from "../../backend/matmul-peak.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { albert } from "../../model/config.ts";
import { stepFlops } from "../../model/step-cost.ts";
import { Watch } from "../../stages/train/watch.ts";

const config = { ...albert("mini"), vocabSize: 100 };
/** Of a part: four make a batch. */
const shape = { batchSize: 2, sequenceLength: 16, maskedPositions: 4 };
const trainer = { batchSize: 8, model: { config } };
const named = (name: string) => ({ name }) as Backend;

let seconds = 0;
function watching(name: string, measurePeak: () => Promise<number>) {
  vi.spyOn(performance, "now").mockImplementation(() => seconds * 1000);
  const watch = new Watch(named(name), trainer, measurePeak);
  const step = (took: number, tokens = 100) => {
    watch.start();
    seconds += took;
    watch.stop({ tokens, shape });
  };
  return { watch, step };
}
afterEach(() => {
  vi.restoreAllMocks();
});

test("the share of the peak is what the steps' products took of what the machine could do", async () => {
  const peak = 1e9;
  const measurePeak = vi.fn(async () => peak);
  const { watch, step } = watching("onnxruntime", measurePeak);
  step(6);
  expect(await watch.values()).toEqual({
    tokens_per_second: 100 / 6,
    memory_bytes: expect.any(Number),
  });
  step(4, 60);
  step(1, 40);
  const values = await watch.values();
  expect(values["tokens_per_second"]).toBe(20);
  // Two steps of four parts each in five seconds.
  const done = 2 * 4 * stepFlops(config, shape);
  expect(values["matmul_peak_share"]).toBeCloseTo(done / 5 / peak, 12);
  step(2);
  await watch.values();
  expect(measurePeak).toHaveBeenCalledTimes(1);
  expect(await watch.values()).toEqual({ memory_bytes: expect.any(Number) });
});

test("plain JavaScript's peak is not measured", async () => {
  const { watch, step } = watching("cpu", () => expect.unreachable());
  step(20);
  expect(await watch.values()).not.toHaveProperty("matmul_peak_share");
});

test("a step's operations, by hand", () => {
  const small = { ...albert("mini", { embeddingSize: 8, hiddenSize: 16, intermediateSize: 32 }) };
  const one = { ...small, numHiddenLayers: 1, vocabSize: 100 };
  const [pieces, rows] = [2 * 16, 16]; // 2 first positions, 4 targets and 10 to fill up
  const layer = pieces * (3 * 16 * 16 + 2 * 16 * 16) + rows * (16 * 16 + 2 * 16 * 32);
  const heads = 4 * (16 * 8 + 8 * 100) + 2 * (16 * 16 + 2 * 16);
  expect(stepFlops(one, shape)).toBe(6 * (pieces * 8 * 16 + layer + heads));
  const further = pieces * (4 * 16 * 16 + 2 * 16 * 16 + 2 * 16 * 32);
  const two = { ...one, numHiddenLayers: 2 };
  expect(stepFlops(two, shape) - stepFlops(one, shape)).toBe(6 * further);
});

test("a peak is measured, in the units of operations a second", async () => {
  const backend = await onnxBackend({ threads: 1 });
  const peak = await matmulPeak(backend, 1);
  expect(peak).toBeGreaterThan(1e8);
  expect(peak).toBeLessThan(1e15);
  await backend.dispose();
});

test("a backend on which products take long is measured by small ones", async () => {
  const sides: number[] = [];
  const chain = 4;
  const slow: Pick<Backend, "createState" | "compile"> = {
    createState: async (specs) => ({
      specs,
      read: async () => ({}),
      write: async () => {},
      dispose: async () => {},
    }),
    compile: async ({ state }) => ({
      run: async () => {
        sides.push(state["matrix"]!.shape[0]!);
        await setTimeout(50);
        return {};
      },
      dispose: async () => {},
    }),
  };
  const peak = await matmulPeak(slow as Backend);
  expect(sides).toEqual([256, 256]);
  expect(peak).toBeLessThan((chain * 2 * 256 ** 3) / 0.049);
});
