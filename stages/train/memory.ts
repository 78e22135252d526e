import { totalmem } from "node:os";
import type { Precision } from "../../backend/backend.ts";
import type { AlbertConfig } from "../../model/config.ts";
import { parameterCount } from "../../model/config.ts";
import type { PretrainingShape } from "../../model/pretraining.ts";
import type { PretrainParams } from "./params.ts";
import type { BatchShapes } from "./shape.ts";

/** Bytes that training needs, by what they are for. */
export interface TrainingMemory {
  /** The parameters, with their copies in float16 where products are computed so. */
  readonly weights: number;
  readonly gradients: number;
  /** The optimiser's two. */
  readonly moments: number;
  /** What an update makes besides. */
  readonly update: number;
  /** What the forward pass of one layer keeps for the backward pass. */
  readonly layer: number;
  /** What all layers keep at once. */
  readonly activations: number;
  /** Those of the pieces at masked positions, with their gradient. */
  readonly logits: number;
  /** The process, or what a card gives to no tensor. */
  readonly fixed: number;
  /** All but `layer`, which is part of `activations`. */
  readonly total: number;
}

/** A process of Node's that has loaded what trains, and has no model. */
export const BARE_PROCESS = 135e6;

/** How something that computes uses memory: in floats, but for `fixedBytes`. */
export interface MemoryModel {
  readonly fixedBytes: number;
  /** Of a parameter, with a copy of another precision. */
  readonly weights: number;
  /** Of a parameter, beside itself, its gradient and its moments: what is copied or made on the way. */
  readonly update: number;
  /** Tensors of each width that a layer keeps of a piece. */
  readonly kept: {
    readonly hidden: number;
    readonly intermediate: number;
    readonly scores: number;
  };
  /** Of a logit. */
  readonly logits: number;
  /** As many layers keep all at once, where they are computed again for their gradients. */
  readonly recomputed: number;
  /** Whether the program of each length keeps what it has taken, when others run. */
  readonly keepsLengths: boolean;
}

/**
 * Compiled by onnxruntime, fitted to measured peaks of processes: of some steps (`npm run bench -- estimate`), and of whole
 * trainings, which take some 40 MB more by their end.
 */
export const ONNXRUNTIME: MemoryModel = {
  fixedBytes: BARE_PROCESS + 130e6,
  weights: 1,
  update: 1,
  kept: { hidden: 12, intermediate: 3.2, scores: 1.2 },
  logits: 3,
  recomputed: 3,
  keepsLengths: true,
};

/** `kept.intermediate` in float32 where GELU is several operations, as on GPUs. */
export const PARTED_GELU = 4;

/**
 * The same with products in float16, by the share of bytes that its programs keep from the forward to the backward pass of what
 * those of float32 do. That is hardly less: between products a float16 copy is kept beside what the gradients of softmax
 * and GELU are computed of, which stays float32.
 */
export const ONNXRUNTIME_FLOAT16: MemoryModel = {
  ...ONNXRUNTIME,
  weights: 1.5,
  kept: {
    hidden: (5.5 / 9) * ONNXRUNTIME.kept.hidden,
    intermediate: (3.5 / 3) * PARTED_GELU,
    scores: 1.5 * ONNXRUNTIME.kept.scores,
  },
};

/** How onnxruntime uses memory in each precision. */
export const ONNXRUNTIME_BY_PRECISION: Readonly<Record<Precision, MemoryModel>> = {
  float32: ONNXRUNTIME,
  float16: ONNXRUNTIME_FLOAT16,
};

/**
 * TensorFlow keeping every tensor, as in BERT's reference: fitted to the largest batches on a card of 12 GB in the README
 * of google-research/bert.
 */
export const TENSORFLOW: MemoryModel = {
  fixedBytes: 500e6,
  weights: 1,
  update: 3,
  kept: { hidden: 24, intermediate: 4, scores: 3 },
  logits: 3,
  recomputed: 1,
  keepsLengths: false,
};

const FLOAT_BYTES = 4;

/** What training on parts of batches of these shapes needs. */
export function trainingMemory(
  config: AlbertConfig,
  shapes: BatchShapes,
  recompute: boolean,
  model: MemoryModel = ONNXRUNTIME,
): TrainingMemory {
  const kept = [shapes, ...(model.keepsLengths ? (shapes.shorter ?? []) : [])].map((shape) =>
    keptOf(config, shape, recompute, model),
  );
  const parameters = FLOAT_BYTES * parameterCount(config).total;
  const parts = {
    weights: model.weights * parameters,
    gradients: parameters,
    moments: 2 * parameters,
    update: model.update * parameters,
    activations: kept.reduce((sum, { activations }) => sum + activations, 0),
    logits: kept.reduce((sum, { logits }) => sum + logits, 0),
    fixed: model.fixedBytes,
  };
  const total = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  return { ...parts, layer: kept[0]!.layer, total };
}

/** What the program of one shape keeps. */
function keptOf(
  config: AlbertConfig,
  shape: PretrainingShape,
  recompute: boolean,
  model: MemoryModel,
): Pick<TrainingMemory, "layer" | "activations" | "logits"> {
  const { hiddenSize, intermediateSize, numAttentionHeads, numHiddenLayers } = config;
  const pieces = shape.batchSize * shape.sequenceLength;
  const kept =
    model.kept.hidden * hiddenSize +
    model.kept.intermediate * intermediateSize +
    model.kept.scores * numAttentionHeads * shape.sequenceLength;
  const layer = FLOAT_BYTES * pieces * kept;
  const layers = numHiddenLayers * config.innerGroupNum;
  const inputs = FLOAT_BYTES * layers * pieces * hiddenSize;
  return {
    layer,
    activations: recompute ? inputs + Math.min(layers, model.recomputed) * layer : layers * layer,
    logits: FLOAT_BYTES * model.logits * shape.maskedPositions * config.vocabSize,
  };
}

/** The largest batch of these shapes that fits into so many bytes; 0 where one example does not. */
export function largestBatch(
  config: AlbertConfig,
  one: BatchShapes,
  recompute: boolean,
  bytes: number,
  model: MemoryModel = ONNXRUNTIME,
): number {
  const { activations, logits, total } = trainingMemory(config, one, recompute, model);
  const each = (activations + logits) / one.batchSize;
  return Math.max(0, Math.floor((bytes - (total - activations - logits)) / each));
}

/**
 * Examples to compute at once: the whole batch where half of the memory should hold it, else the fewest equal parts
 * of which it should hold one. What may be wrong is found out when memory runs out.
 */
export function fittingMicroBatch(
  config: AlbertConfig,
  whole: BatchShapes,
  recompute: boolean,
  model: MemoryModel,
  memoryBytes = availableBytes(),
): number {
  const fitting = largestBatch(config, whole, recompute, memoryBytes / 2, model);
  const parts = Math.ceil(whole.batchSize / Math.min(whole.batchSize, Math.max(1, fitting)));
  return Math.ceil(whole.batchSize / parts);
}

/** Examples computed at once by a training's parameters: as many as they say, else as fit here. */
export function microBatchOf(
  config: AlbertConfig,
  whole: BatchShapes,
  params: Pick<PretrainParams, "microBatchSize" | "recomputeActivations" | "precision">,
): number {
  const { microBatchSize, recomputeActivations, precision } = params;
  const model = ONNXRUNTIME_BY_PRECISION[precision];
  return microBatchSize ?? fittingMicroBatch(config, whole, recomputeActivations, model);
}

/** The machine's memory, or what a container may use of it. */
export function availableBytes(): number {
  const limit = process.constrainedMemory();
  return limit !== undefined && limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
