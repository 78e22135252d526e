import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { selectBackend } from "../../backend/select.ts";
import { albert } from "../../model/config.ts";
import { fittingMicroBatch, ONNXRUNTIME, trainingMemory } from "../../stages/train/memory.ts";
import { faulty } from "./faulty-backend.ts";
import { countingExamples, MODEL } from "./rig.ts";
import { trained } from "./trained.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await selectBackend("onnxruntime", { threads: 1 });
});
afterAll(() => backend.dispose());

const BRIEF = {
  model: { ...MODEL, hiddenDropoutProb: 0.2, attentionProbsDropoutProb: 0.2 },
  trainBatchSize: 7,
  numTrainSteps: 6,
  warmupSteps: 1,
  logEverySteps: 1,
};
/** Examples with one target or two: the parts' counts differ. */
const rows = countingExamples(60).map((row, index) =>
  index % 3 === 0
    ? { ...row, positions: row.positions.slice(0, 1), targets: row.targets.slice(0, 1) }
    : row,
);

test.each([1, 3, 5])(
  "parts of %i train as the whole batch does, dropout included",
  async (size) => {
    const whole = await trained({ on: backend, raw: BRIEF, rows });
    const parts = await trained({ on: backend, raw: { ...BRIEF, microBatchSize: size }, rows });
    for (const [index, row] of whole.curve.entries())
      for (const name of ["masked_lm_loss", "sentence_order_loss", "gradient_norm"] as const)
        if (row[name] !== null)
          expect(parts.curve[index]![name]! / row[name], `${name} ${index}`).toBeCloseTo(1, 4);
  },
);

describe("where memory runs out", () => {
  /** Runs of more than two examples at once fail. */
  const small = (on: Backend) =>
    faulty(on, "pretraining-gradients", (program, _, outputs) => {
      if (program.inputs["input_ids"]!.shape[0]! > 2)
        throw new Error('program "x" failed: Failed to allocate memory for requested buffer');
      return outputs();
    });

  test("smaller parts are tried, and the training goes on from where it was", async () => {
    const run = await trained({ on: small(backend), raw: BRIEF, rows });
    expect(run.logs.filter((line) => line.startsWith("warn: memory ran out"))).toEqual([
      "warn: memory ran out: 4 examples are computed at once from now on",
      "warn: memory ran out: 2 examples are computed at once from now on",
    ]);
    const parts = await trained({ on: backend, raw: { ...BRIEF, microBatchSize: 2 }, rows });
    expect(run.curve).toEqual(parts.curve);
  });

  test("a given size is kept, and the error says what is needed", async () => {
    const raw = { ...BRIEF, microBatchSize: 4 };
    await expect(trained({ on: small(backend), raw, rows })).rejects.toMatchObject({
      message: "memory ran out",
      details: {
        where: "train, 4 examples of 16 pieces at once",
        expected: expect.stringMatching(/^about .*B: .*B for parameters, .*B for activations$/),
        hint: expect.stringContaining("lower train.microBatchSize"),
      },
    });
  });

  test("each length has activations of its own, so that fewer are a remedy", async () => {
    const raw = { ...BRIEF, microBatchSize: 4, lengthBins: [8, 16] };
    await expect(trained({ on: small(backend), raw, rows })).rejects.toMatchObject({
      details: { hint: "use fewer train.lengthBins, lower train.microBatchSize, or leave it out" },
    });
  });

  test("one example alone that is too much is an error", async () => {
    const none = faulty(backend, "pretraining-gradients", () => {
      throw new Error("std::bad_alloc");
    });
    await expect(trained({ on: none, raw: BRIEF, rows })).rejects.toMatchObject({
      details: { where: "train, 1 example of 16 pieces at once" },
    });
  });
});

describe("where none is given, the size", () => {
  const first = { ...BRIEF, numTrainSteps: 1 };
  const inMemory = async (bytes: number) => {
    vi.spyOn(process, "constrainedMemory").mockReturnValue(bytes);
    const { logs } = await trained({ on: backend, raw: first, rows });
    return logs.join("\n");
  };
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("does not depend on the machine where there is memory enough", async () => {
    expect(await inMemory(16e9)).not.toMatch(/at once/);
  });

  test("is smaller where there is not, and it is said that bits differ", async () => {
    expect(await inMemory(1)).toMatch(
      /^warn: the memory here holds 1 of 7 examples at once, where 16 GB hold 7: .*last bits.*microBatchSize: 1/m,
    );
  });
});

describe("how many examples are computed at once", () => {
  const config = { ...albert("xxlarge"), vocabSize: 30_000 };
  const whole = { batchSize: 4096, sequenceLength: 512, maskedPositions: 4096 * 77 };

  test("is the whole batch where memory is plenty, and at least one", () => {
    expect(fittingMicroBatch(config, { ...whole, batchSize: 32 }, false, ONNXRUNTIME, 1e15)).toBe(
      32,
    );
    expect(fittingMicroBatch(config, whole, false, ONNXRUNTIME, 1e6)).toBe(1);
  });

  test("fits into half of the memory", () => {
    const size = fittingMicroBatch(config, whole, false, ONNXRUNTIME, 128e9);
    expect(size).toBeGreaterThan(1);
    const shape = { ...whole, batchSize: size, maskedPositions: size * 77 };
    expect(trainingMemory(config, shape, false).total).toBeLessThan(64e9);
  });
});
