import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backend, TensorMap } from "../../backend/backend.ts";
import { selectBackend } from "../../backend/select.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { MODEL } from "./rig.ts";
import { filesBelow, trained } from "./trained.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await selectBackend("onnxruntime", { threads: 1, precision: "float16" });
});
afterAll(() => backend.dispose());

const RAW = {
  model: { ...MODEL, hiddenDropoutProb: 0.1 },
  precision: "float16",
  trainBatchSize: 5,
  microBatchSize: 3,
  numTrainSteps: 12,
  logEverySteps: 2,
  evaluateEverySteps: 100,
  saveEverySteps: 4,
};

/** A backend whose gradients overflow where the loss is scaled by more than `most`. */
function overflowing(on: Backend, most: number, spoil: TensorMap = {}): Backend {
  return {
    ...on,
    async compile(program, state) {
      const executable = await on.compile(program, state);
      if (program.precision !== "float16") return executable;
      return {
        dispose: () => executable.dispose(),
        async run(inputs) {
          const outputs = await executable.run(inputs);
          if (inputs["loss_scale"]![0]! <= most) return outputs;
          return { ...outputs, gradient_norm: Float32Array.of(Number.POSITIVE_INFINITY), ...spoil };
        },
      };
    },
  };
}

const scaleMetrics = (run: Awaited<ReturnType<typeof trained>>) =>
  run.metrics.flatMap(({ step, values: { loss_scale } }) =>
    loss_scale === undefined ? [] : [[step, loss_scale]],
  );
const leftOut = (logs: readonly string[]) =>
  logs.flatMap((line) => /step (\d+) is left out/.exec(line)?.[1] ?? []).map(Number);

test("a training in float16 learns as one in float32 does, and says that a processor plays it", async () => {
  const half = await trained({ on: backend, raw: RAW });
  const full = await trained({ on: backend, raw: { ...RAW, precision: "float32" } });
  expect(half.curve).toHaveLength(full.curve.length);
  expect(half.curve).not.toEqual(full.curve);
  for (const [index, { masked_lm_loss, split }] of full.curve.entries()) {
    expect(half.curve[index]!.split).toBe(split);
    expect(Math.abs(half.curve[index]!.masked_lm_loss - masked_lm_loss)).toBeLessThan(0.01);
  }
  expect(half.divergences).toEqual([]);
  expect(half.logs.join("\n")).toMatch(/warn: .*float16 .* slower than float32/);
  expect(full.logs.join("\n")).not.toMatch(/float16/);
  expect(scaleMetrics(full)).toEqual([]);
});

test("steps that overflow are left out and the scale is halved until they do not", async () => {
  const raw = { ...RAW, divergence: { policy: "stop" } };
  const run = await trained({ on: overflowing(backend, 2 ** 14), raw });
  expect(leftOut(run.logs)).toEqual([1, 2]);
  expect(scaleMetrics(run)).toEqual([4, 6, 8, 10, 12].map((step) => [step, 2 ** 14]));
  expect(run.divergences).toEqual([]);
  expect(run.progress.at(-1)).toBe(12);
});

test("what overflows at the scale 1 is the guard's", async () => {
  const raw = { ...RAW, numTrainSteps: 20, divergence: { policy: "stop" } };
  await expect(trained({ on: overflowing(backend, 0), raw })).rejects.toThrow(
    /training diverged: gradient_norm is Infinity/,
  );
});

test("so is a loss that is not finite, at any scale", async () => {
  const raw = { ...RAW, divergence: { policy: "skip" } };
  const spoil = { masked_lm_loss: Float32Array.of(Number.NaN) };
  const failed = trained({ on: overflowing(backend, 0, spoil), raw });
  await expect(failed).rejects.toThrow(/training diverged: masked_lm_loss is NaN/);
});

test("one that is stopped goes on with its scale, to the same bits", async () => {
  const on = overflowing(backend, 2 ** 12);
  const whole = await trained({ on, raw: RAW });
  expect(leftOut(whole.logs)).toEqual([1, 2, 3, 4]);
  const unfinished = await tempFolder();
  const stop = new AbortController();
  const stopped = trained({
    on,
    raw: RAW,
    unfinished,
    signal: stop.signal,
    onRow: () => stop.abort(),
  });
  await expect(stopped).rejects.toThrow(/abort/);
  const rest = await trained({ on, raw: RAW, unfinished });
  expect(leftOut(rest.logs)).toEqual([]);
  expect(await filesBelow(rest.folder)).toEqual(await filesBelow(whole.folder));
});
