import { describe, expect, test } from "vitest";
import type { Precision } from "../../backend/backend.ts";
import { sizeOf } from "../../backend/border.ts";
import { fuse } from "../../backend/onnx/fuse.ts";
import { type Graph, type Node, topological } from "../../backend/onnx/graph.ts";
import { halve } from "../../backend/onnx/halve.ts";
import { simplify } from "../../backend/onnx/simplify.ts";
import { trace } from "../../backend/onnx/trace.ts";
import { type AlbertConfig, albert } from "../../model/config.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { pretrainingPrograms } from "../../model/pretraining.ts";
import { outlook } from "../../stages/train/estimate/outlook.ts";
import {
  largestBatch,
  ONNXRUNTIME,
  ONNXRUNTIME_FLOAT16,
  PARTED_GELU,
  trainingMemory,
} from "../../stages/train/memory.ts";
import { params } from "../../stages/train/params.ts";

const BYTES = { float32: 4, float16: 2, int32: 4, bool: 1 } as const;
const SHAPE = { batchSize: 2, sequenceLength: 16, maskedPositions: 4 };
const PIECES = SHAPE.batchSize * SHAPE.sequenceLength;

interface Widths {
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
}
const WIDTHS: Widths = { hidden: 32, intermediate: 64, heads: 2 };

function configOf({ hidden, intermediate, heads }: Widths, layers: number): AlbertConfig {
  const shape = albert("tiny", {
    embeddingSize: 24,
    hiddenSize: hidden,
    intermediateSize: intermediate,
    numHiddenLayers: layers,
    numAttentionHeads: heads,
    maxPositionEmbeddings: 32,
    hiddenDropoutProb: 0,
    attentionProbsDropoutProb: 0,
  });
  return { ...shape, vocabSize: 96 };
}

/** The gradients' program, converted as it is compiled for a GPU. */
function converted(config: AlbertConfig, precision: Precision): Graph {
  const optimiser = optimiserSchema.parse({ name: "adamw" });
  const { gradients, state } = pretrainingPrograms(config, SHAPE, optimiser, { precision });
  const traced = simplify(trace(gradients, state));
  return fuse(precision === "float16" ? simplify(halve(traced)) : traced);
}

/** The tensors that the forward pass makes and the backward pass reads. */
function keptTensors(graph: Graph): readonly Node[] {
  const losses = new Map([...graph.outputs].filter(([name]) => name !== "gradient_norm"));
  const forward = new Set(topological({ ...graph, state: new Map(), outputs: losses }));
  // A Reshape is the memory of what it reshapes.
  const owner = (x: Node): Node => (x.op === "Reshape" ? owner(x.inputs[0]!) : x);
  const backward = topological(graph).filter((x) => !forward.has(x));
  const read = new Set(backward.flatMap(({ inputs }) => inputs.map(owner)));
  return [...read].filter((x) => forward.has(x) && !/^(Input|Constant|Uniform)$/.test(x.op));
}

const bytesOf = (x: Node) => BYTES[x.dtype] * sizeOf(x.shape);
const isCopy = (x: Node) => x.op === "Cast" && x.inputs[0]!.op === "Input";

/** Bytes that one layer more keeps of a piece; the copies of shared parameters are the same for all layers. */
function layerBytes(widths: Widths, precision: Precision): number {
  const [more, less] = [4, 3].map((layers) =>
    keptTensors(converted(configOf(widths, layers), precision)).reduce(
      (sum, x) => sum + bytesOf(x),
      0,
    ),
  );
  return (more! - less!) / PIECES;
}

/** Of each width, the tensors in floats that a layer keeps of a piece. */
function kept(precision: Precision) {
  const base = layerBytes(WIDTHS, precision);
  const slope = (more: Partial<Widths>, by: number) =>
    (layerBytes({ ...WIDTHS, ...more }, precision) - base) / (BYTES.float32 * by);
  return {
    hidden: slope({ hidden: 64 }, 32),
    intermediate: slope({ intermediate: 128 }, 64),
    scores: slope({ heads: 4 }, 2 * SHAPE.sequenceLength),
  };
}

describe("the memory of a training in float16", () => {
  test("is to that in float32 as what the converted programs keep", () => {
    const [full, half] = [kept("float32"), kept("float16")];
    const modelledFull = { ...ONNXRUNTIME.kept, intermediate: PARTED_GELU };
    for (const width of ["hidden", "intermediate", "scores"] as const) {
      const modelled = ONNXRUNTIME_FLOAT16.kept[width] / modelledFull[width];
      expect(modelled, width).toBeCloseTo(half[width] / full[width], 10);
    }
  });

  test("has a copy of every matrix that is multiplied, of half its bytes", () => {
    const graph = converted(configOf(WIDTHS, 3), "float16");
    const copies = keptTensors(graph).filter(isCopy);
    const inputs = topological(graph).filter((x) => x.op === "Input" && x.attributes.resident);
    const all = inputs.reduce((sum, x) => sum + bytesOf(x), 0);
    const copied = copies.reduce((sum, x) => sum + bytesOf(x), 0);
    // Biases, norms, and embeddings of positions and types have none.
    expect(copied / all).toBeGreaterThan(0.4);
    expect(copied / all).toBeLessThan(ONNXRUNTIME_FLOAT16.weights - 1);
    expect(keptTensors(converted(configOf(WIDTHS, 3), "float32")).filter(isCopy)).toEqual([]);
  });

  const config = { ...albert("base"), vocabSize: 30_000 };
  const shape = { batchSize: 8, sequenceLength: 128, maskedPositions: 160 };

  test("keeps parameters, gradients and moments in float32", () => {
    const full = trainingMemory(config, shape, false);
    const half = trainingMemory(config, shape, false, ONNXRUNTIME_FLOAT16);
    expect([half.gradients, half.moments]).toEqual([full.gradients, full.moments]);
    expect(half.weights).toBe(1.5 * full.weights);
  });

  test("is what an outlook tells of one", () => {
    const model = albert("base");
    const asked = { processBytes: 2e8, memoryBytes: 16e9, card: undefined };
    const told = outlook(
      {
        config,
        params: params.parse({ model, precision: "float16", trainBatchSize: 8 }),
        sequenceLength: 128,
        mostTargets: 20,
        trainExamples: undefined,
      },
      asked,
    );
    const memory = trainingMemory(config, shape, false, ONNXRUNTIME_FLOAT16);
    expect(told.memory.activations).toBe(memory.activations);
    expect(told.memory.weights).toBe(memory.weights);
    const own = told.memory.total - memory.total;
    const one = { ...shape, batchSize: 1, maskedPositions: 20 };
    const largest = largestBatch(config, one, false, 16e9 - own, ONNXRUNTIME_FLOAT16);
    expect(told.largest.here).toBe(largest);
  });
});
