import type { AlbertConfig } from "./config.ts";
import { roundedRows } from "./encoder.ts";
import type { PretrainingShape } from "./pretraining.ts";

/**
 * Floating-point operations of the matrix products of one training step: two a multiplication and addition, and the
 * backward pass has two products for each of the forward pass. Padding counts, since it is computed; layers that are
 * computed again for their gradients count once. Behind its attention, the last layer is computed only where a head
 * reads it.
 */
export function stepFlops(config: AlbertConfig, shape: PretrainingShape): number {
  const { embeddingSize: E, hiddenSize: H, intermediateSize: F, vocabSize: V } = config;
  const { batchSize: B, sequenceLength: T, maskedPositions: N } = shape;
  const [pieces, layers] = [B * T, config.numHiddenLayers * config.innerGroupNum];
  const mapping = E === H ? 0 : pieces * E * H;
  const attention = layers * pieces * (3 * H * H + 2 * T * H);
  const rest = ((layers - 1) * pieces + roundedRows(B + N)) * (H * H + 2 * H * F);
  const heads = N * (H * E + E * V) + B * (H * H + 2 * H);
  return 6 * (mapping + attention + rest + heads);
}
