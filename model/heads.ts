import { add, div, matMul, maximum, mul, sum, type Tensor } from "@tensorflow/tfjs-core";
import type { Tensors } from "../backend/backend.ts";
import type { AlbertConfig } from "./config.ts";
import { activate, linear, normalise } from "./encoder.ts";

/**
 * Logits [N, V] of the pieces at the masked positions, whose hidden states are [N, H]. The decoder is the word
 * embedding itself, with a bias of its own.
 */
export function maskedLmLogits(parameters: Tensors, hidden: Tensor, config: AlbertConfig): Tensor {
  const transformed = activate(linear(hidden, parameters, "predictions.dense"), config); // [N, E]
  const normal = normalise(transformed, parameters, "predictions.LayerNorm", config);
  const words = parameters["albert.embeddings.word_embeddings.weight"]!;
  return add(matMul(normal, words, false, true), parameters["predictions.bias"]!);
}

/** Logits [B, 2] of "in order" and "swapped". */
export function sentenceOrderLogits(parameters: Tensors, pooled: Tensor): Tensor {
  return linear(pooled, parameters, "sop_classifier.classifier");
}

/**
 * `sum(w l) / (sum(w) + 1e-5)`: the reference's masked-LM loss, which is 0 for a batch without targets. `total` takes
 * the place of `sum(w)` where the losses are a part of a batch's.
 */
export function maskedLmMean(losses: Tensor, weights: Tensor, total = sum(weights)): Tensor {
  return div(sum(mul(losses, weights)), add(total, 1e-5));
}

/** The mean over rows of weight 1; rows of weight 0 only fill a batch up. `total` as for `maskedLmMean`. */
export function rowMean(losses: Tensor, weights: Tensor, total = sum(weights)): Tensor {
  return div(sum(mul(losses, weights)), maximum(total, 1));
}
