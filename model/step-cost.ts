import type { AlbertConfig } from "./config.ts";
import type { PretrainingShape } from "./pretraining.ts";

/**
 * Floating-point operations of the matrix products of one training step: two a multiplication and addition, and the
 * backward pass has two products for each of the forward pass. Padding counts, since it is computed.
 */
export function stepFlops(config: AlbertConfig, shape: PretrainingShape): number {
  const { embeddingSize: E, hiddenSize: H, intermediateSize: F, vocabSize: V } = config;
  const { batchSize: B, sequenceLength: T, maskedPositions: N } = shape;
  const mapping = E === H ? 0 : E * H;
  const layer = 4 * H * H + 2 * T * H + 2 * H * F;
  const pieces = mapping + config.numHiddenLayers * config.innerGroupNum * layer;
  const heads = N * (H * E + E * V) + B * (H * H + 2 * H);
  return 6 * (B * T * pieces + heads);
}
