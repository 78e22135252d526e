import { totalmem } from "node:os";
import type { AlbertConfig } from "../../model/config.ts";
import { parameterCount } from "../../model/config.ts";
import type { PretrainingShape } from "../../model/pretraining.ts";

/** Bytes that a training step needs beside the process itself, as an estimate. */
export interface TrainingBytes {
  /** Parameters, gradients and the optimiser's moments. */
  readonly state: number;
  /** What the forward pass keeps for the backward pass, and the backward pass's own. */
  readonly activations: number;
}

const FLOAT_BYTES = 4;
/** Parameter, gradient, two moments, and a gradient in the making. */
const FLOATS_A_PARAMETER = 5;
/** Tensors of each width that a layer keeps for the backward pass. */
const KEPT = { hidden: 12, intermediate: 4, scores: 3 } as const;
/** Logits, their exponentials and their gradient. */
const KEPT_LOGITS = 3;

/** Estimates what training needs; activations grow with the examples that are computed at once. */
export function trainingBytes(
  config: AlbertConfig,
  shape: PretrainingShape,
  recompute: boolean,
): TrainingBytes {
  const { hiddenSize, intermediateSize, numAttentionHeads, numHiddenLayers, innerGroupNum } =
    config;
  const pieces = shape.batchSize * shape.sequenceLength;
  const layer =
    pieces *
    (KEPT.hidden * hiddenSize +
      KEPT.intermediate * intermediateSize +
      KEPT.scores * numAttentionHeads * shape.sequenceLength);
  const logits = KEPT_LOGITS * shape.maskedPositions * config.vocabSize;
  const layers = numHiddenLayers * innerGroupNum;
  const kept = recompute ? layers * pieces * hiddenSize + layer : layers * layer;
  return {
    state: FLOAT_BYTES * FLOATS_A_PARAMETER * parameterCount(config).total,
    activations: FLOAT_BYTES * (kept + logits),
  };
}

/**
 * Examples to compute at once: the whole batch where half of the memory should hold it, else the fewest equal parts
 * of which it should hold one. What may be wrong is found out when memory runs out.
 */
export function fittingMicroBatch(
  config: AlbertConfig,
  whole: PretrainingShape,
  recompute: boolean,
  memoryBytes = availableBytes(),
): number {
  const { state, activations } = trainingBytes(config, whole, recompute);
  const room = Math.max(memoryBytes / 2 - state, 1);
  const fitting = Math.floor((room * whole.batchSize) / activations);
  const parts = Math.ceil(whole.batchSize / Math.min(whole.batchSize, Math.max(1, fitting)));
  return Math.ceil(whole.batchSize / parts);
}

/** The machine's memory, or what a container may use of it. */
function availableBytes(): number {
  const limit = process.constrainedMemory();
  return limit !== undefined && limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
