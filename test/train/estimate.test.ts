import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { selectBackend } from "../../backend/select.ts";
import { albert, bert, parameterCount } from "../../model/config.ts";
import { cardNamed } from "../../stages/train/estimate/cards.ts";
import { smallestChange } from "../../stages/train/estimate/fitting.ts";
import { outlook } from "../../stages/train/estimate/outlook.ts";
import { runEstimate } from "../../stages/train/estimate/run.ts";
import { stepSeconds } from "../../stages/train/estimate/step-seconds.ts";
import { largestBatch, TENSORFLOW, trainingMemory } from "../../stages/train/memory.ts";
import { params } from "../../stages/train/params.ts";
import { countingExamples, exampleTable, MODEL, recordingContext, tokenizerInput } from "./rig.ts";

const GB = 1e9;

/** One example without masked positions, as in fine-tuning. */
const one = (sequenceLength: number) => ({ batchSize: 1, sequenceLength, maskedPositions: 0 });

/**
 * google-research/bert README: the largest batch on a Titan X of 12 GB with TensorFlow 1.11, by length, for BERT-Base and
 * BERT-Large.
 */
const LENGTHS = [64, 128, 256, 320, 384, 512];
const PUBLISHED = {
  base: [64, 32, 16, 14, 12, 6],
  large: [12, 6, 2, 1, 0, 0],
} as const;

describe("the largest batch on a card of 12 GB", () => {
  const batches = (size: keyof typeof PUBLISHED) =>
    LENGTHS.map((length) => {
      const config = { ...bert(size), vocabSize: 30_522 };
      return largestBatch(config, one(length), false, 12 * GB, TENSORFLOW);
    });

  test.each(["base", "large"] as const)("is BERT-%s's published one, within one row", (size) => {
    const published = PUBLISHED[size];
    for (const [row, batch] of batches(size).entries()) {
      // Beyond the table's ends its next row would be twice or half of the last.
      const shorter = published[row - 1] ?? 2 * published[row]!;
      const longer = published[row + 1] ?? Math.floor(published[row]! / 2);
      expect(batch, `length ${LENGTHS[row]}`).toBeGreaterThanOrEqual(longer);
      expect(batch, `length ${LENGTHS[row]}`).toBeLessThanOrEqual(shorter);
    }
  });

  test("is none for BERT-Large from 384 pieces on, and one at 320", () => {
    expect(batches("large").slice(3)).toEqual([1, 0, 0]);
    expect(batches("base").at(-1)).toBe(6);
  });
});

test("weights, gradients and moments are exact", () => {
  const config = { ...albert("base"), vocabSize: 30_000 };
  const shape = { batchSize: 8, sequenceLength: 128, maskedPositions: 8 * 20 };
  const memory = trainingMemory(config, shape, false);
  const { total } = parameterCount(config);
  expect(total).toBe(11_813_810);
  expect([memory.weights, memory.gradients, memory.moments]).toEqual([
    4 * 11_813_810,
    4 * 11_813_810,
    8 * 11_813_810,
  ]);
  expect(memory.activations).toBe(12 * memory.layer);
  expect(memory.logits).toBe(4 * 3 * 160 * 30_000);
  const { layer, total: all, ...parts } = memory;
  expect(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)).toBe(all);
  expect(trainingMemory(config, shape, true).activations).toBeLessThan(0.4 * memory.activations);
});

test("each length keeps memory of its own, except where tensors are computed one by one", () => {
  const config = { ...albert("tiny"), vocabSize: 8000 };
  const shape = (length: number) => ({
    batchSize: 16,
    sequenceLength: length,
    maskedPositions: 320,
  });
  const bins = { ...shape(128), shorter: [shape(64)] };
  const [long, short] = [128, 64].map((length) => trainingMemory(config, shape(length), false));
  const both = trainingMemory(config, bins, false);
  expect(both.total - long!.total).toBeCloseTo(short!.activations + short!.logits, 3);
  expect(both.layer).toBe(long!.layer);
  expect(trainingMemory(config, bins, false, TENSORFLOW)).toEqual(
    trainingMemory(config, shape(128), false, TENSORFLOW),
  );
});

describe("what would make one example fit", () => {
  const large = { ...bert("large"), vocabSize: 30_522 };
  const fitted = { config: large, one: one(384), recompute: false };

  test("is the smallest change that does", () => {
    expect(smallestChange(fitted, 12 * GB, TENSORFLOW)).toEqual({
      change: "recomputeActivations: true",
      batch: expect.any(Number),
    });
    const recomputed = { ...fitted, recompute: true };
    expect(smallestChange(recomputed, 12 * GB, TENSORFLOW)).toBeUndefined();
    // The parameters alone are too many.
    expect(smallestChange(fitted, 6 * GB, TENSORFLOW)?.change).toMatch(/^numHiddenLayers: \d+$/);
    expect(smallestChange(fitted, 0.1 * GB, TENSORFLOW)).toBeUndefined();
  });

  test("really fits", () => {
    const layers = Number(/\d+/.exec(smallestChange(fitted, 6 * GB, TENSORFLOW)!.change)![0]);
    const batchOf = (numHiddenLayers: number) =>
      largestBatch({ ...large, numHiddenLayers }, one(384), false, 6 * GB, TENSORFLOW);
    expect(batchOf(layers)).toBeGreaterThan(0);
    expect(batchOf(layers + 1)).toBe(0);
  });
});

test("a card is known by its name in whatever letters", () => {
  expect(cardNamed("nvidia tesla v100")?.name).toBe("V100");
  expect(cardNamed("RTX-2080ti")?.name).toBe("RTX 2080 Ti");
  expect(cardNamed("abacus")).toBeUndefined();
});

test("work, passes and disk follow from the parameters", () => {
  const model = albert("tiny", { embeddingSize: 64 });
  const planned = {
    config: { ...model, vocabSize: 8000 },
    params: params.parse({ model, numTrainSteps: 100, trainBatchSize: 32, keepCheckpoints: 1 }),
    sequenceLength: 128,
    mostTargets: 19,
    trainExamples: 6400,
  };
  const card = { name: "a card", memoryBytes: 8 * GB, flops: 1e12 };
  const asked = { processBytes: 2e8, memoryBytes: 16 * GB, card };
  const told = outlook(planned, asked);
  expect(told.epochs).toBe(0.5);
  expect(told.flops).toBe(100 * told.stepFlops);
  expect(told.cardSeconds).toBeCloseTo(told.flops / 0.4e12);
  expect(told.shape).toEqual({ batchSize: 32, sequenceLength: 128, maskedPositions: 32 * 19 });
  expect(told.disk.artifact).toBe(5 * told.memory.weights);
  expect(told.largest.here).toBeGreaterThan(32);
  const more = outlook(planned, { ...asked, processBytes: 3e8 });
  expect(more.memory.total - told.memory.total).toBe(1e8);
  expect(outlook({ ...planned, trainExamples: undefined }, asked).epochs).toBeUndefined();
});

test("with length bins, work is that of the batches of each length", async () => {
  const rows = countingExamples(60);
  const inputs = { examples: exampleTable(rows), tokenizer: await tokenizerInput() };
  const flopsOf = async (raw: object) => {
    const told = { model: MODEL, trainBatchSize: 4, backend: "onnxruntime", ...raw };
    const { context } = recordingContext(told);
    const { folder: _, ...rest } = context;
    for await (const { estimate } of runEstimate(inputs, rest as never)) {
      expect(estimate.step_seconds).toBeGreaterThan(0);
      expect(estimate.epochs).toBeCloseTo((400 * 4) / 48, 12);
      return estimate.step_flops;
    }
    return expect.unreachable();
  };
  const full = await flopsOf({});
  const binned = await flopsOf({ lengthBins: [10, 12] });
  expect(binned).toBeLessThan(0.9 * full);
  expect(binned).toBeGreaterThan(0.5 * full);
});

describe("the time of a step", () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await selectBackend("onnxruntime", { threads: 1 });
  });
  afterAll(() => backend.dispose());

  const timed = (shape: ReturnType<typeof albert>) => ({
    config: { ...shape, vocabSize: 50 },
    optimiser: params.parse({}).optimiser,
    precision: "float32" as const,
    recompute: false,
    batchSize: 2,
    microBatchSize: 2,
    sequenceLength: 16,
    mostTargets: 2,
  });
  const mini = albert("mini", { hiddenSize: 16, intermediateSize: 32, numHiddenLayers: 3 });

  test("is that of a few, of fewer layers, or of products, by how long these take", async () => {
    const own = await stepSeconds(backend, timed(mini), 0.1);
    expect(own).toEqual({ seconds: expect.any(Number), by: "a few steps" });
    expect(own.seconds).toBeGreaterThan(0);
    const layers = await stepSeconds(backend, { ...timed(mini), batchSize: 4096 }, 0.1);
    expect(layers.by).toBe("one example of 1 and of 2 of the 3 layers");
    expect(layers.seconds).toBeGreaterThan(own.seconds);
    const products = await stepSeconds(backend, timed(albert("xxlarge")), 0.1);
    expect(products.by).toBe("the speed of matrix products");
  });
});
