import {
  add,
  expandDims,
  matMul,
  mul,
  relu,
  reshape,
  slice,
  softmax,
  sub,
  type Tensor,
  tanh,
  transpose,
} from "@tensorflow/tfjs-core";
import type { TensorSpecs, Tensors } from "../backend/backend.ts";
import { attention, dropout, gatherRows, gelu, geluErf, layerNorm } from "../backend/ops.ts";
import { type AlbertConfig, layerGroups } from "./config.ts";
import { blockName } from "./parameters.ts";

/** Rows and positions of a batch, fixed when a program is compiled. */
export interface BatchShape {
  readonly batchSize: number;
  readonly sequenceLength: number;
}

/** Zeroes a share of a tensor while training; every call draws anew. */
export type Dropout = (x: Tensor, rate: number) => Tensor;

export const noDropout: Dropout = (x) => x;

/**
 * Dropout from one int32 scalar a step: each place where it is called is salted with its ordinal. `part` is another,
 * where the batch is one of several equal parts of a larger one.
 */
export function dropoutFrom(seed: Tensor, part?: Tensor): Dropout {
  let place = 0;
  return (x, rate) => dropout(x, rate, seed, place++, part);
}

/** What the encoder is fed: ids, 1 for what is not padding, and the segment, each [B, T]. */
export function encoderInputs({ batchSize, sequenceLength }: BatchShape): TensorSpecs {
  const spec = { shape: [batchSize, sequenceLength], dtype: "int32" } as const;
  return { input_ids: spec, attention_mask: spec, token_type_ids: spec };
}

/** `x W^T + b` for x [N, in] and W [out, in]. */
export function linear(x: Tensor, parameters: Tensors, name: string): Tensor {
  return add(matMul(x, parameters[`${name}.weight`]!, false, true), parameters[`${name}.bias`]!);
}

/** The layer norm of a name, over the last axis. */
export function normalise(
  x: Tensor,
  parameters: Tensors,
  name: string,
  config: AlbertConfig,
): Tensor {
  const [gamma, beta] = [parameters[`${name}.weight`]!, parameters[`${name}.bias`]!];
  return layerNorm(x, gamma, beta, config.layerNormEpsilon);
}

export function activate(x: Tensor, { hiddenAct }: AlbertConfig): Tensor {
  switch (hiddenAct) {
    case "gelu_new":
      return gelu(x);
    case "gelu":
      return geluErf(x);
    case "relu":
      return relu(x);
  }
}

/**
 * ALBERT's encoder: the last layer's hidden states, flat [B T, H], and the pooled first position [B, H].
 * Source: Lan et al., "ALBERT: a lite BERT", ICLR 2020; google-research/albert modeling.py.
 */
export function encode(
  parameters: Tensors,
  inputs: Tensors,
  config: AlbertConfig,
  drop: Dropout,
): { readonly hidden: Tensor; readonly pooled: Tensor } {
  const [B, T] = inputs["input_ids"]!.shape as [number, number];
  const H = config.hiddenSize;
  const bias = maskBias(inputs["attention_mask"]!);
  let hidden = embed(parameters, inputs, config, drop); // [B T, H]
  for (const group of layerGroups(config)) {
    for (let inner = 0; inner < config.innerGroupNum; inner++) {
      hidden = attend(parameters, blockName(group.attention, inner), hidden, bias, config, drop);
      hidden = feedForward(parameters, blockName(group.ffn, inner), hidden, config, drop);
    }
  }
  const first = reshape(slice(reshape(hidden, [B, T, H]), [0, 0, 0], [B, 1, H]), [B, H]);
  return { hidden, pooled: tanh(linear(first, parameters, "albert.pooler")) };
}

/** 0 where a position may be attended to, -10000 where it is padding: [B, 1, 1, T]. */
function maskBias(mask: Tensor): Tensor {
  const [B, T] = mask.shape as [number, number];
  return mul(sub(1, reshape(mask, [B, 1, 1, T])), -10_000);
}

function embed(parameters: Tensors, inputs: Tensors, config: AlbertConfig, drop: Dropout): Tensor {
  const table = (kind: string) => parameters[`albert.embeddings.${kind}_embeddings.weight`]!;
  const [B, T] = inputs["input_ids"]!.shape as [number, number];
  const E = config.embeddingSize;
  const words = gatherRows(table("word"), inputs["input_ids"]!); // [B, T, E]
  const types = gatherRows(table("token_type"), inputs["token_type_ids"]!);
  const positions = expandDims(slice(table("position"), [0, 0], [T, E]), 0); // [1, T, E]
  const sum = add(add(words, types), positions);
  const normal = normalise(sum, parameters, "albert.embeddings.LayerNorm", config);
  const embedded = reshape(drop(normal, config.hiddenDropoutProb), [B * T, E]);
  if (E === config.hiddenSize) return embedded;
  return linear(embedded, parameters, "albert.encoder.embedding_hidden_mapping_in");
}

function attend(
  parameters: Tensors,
  block: string,
  x: Tensor,
  bias: Tensor,
  config: AlbertConfig,
  drop: Dropout,
): Tensor {
  const name = `${block}.attention`;
  const [B, , , T] = bias.shape as [number, number, number, number];
  const heads = config.numAttentionHeads;
  const width = config.hiddenSize / heads;
  const split = (part: string) => {
    const projected = linear(x, parameters, `${name}.${part}`);
    return transpose(reshape(projected, [B, T, heads, width]), [0, 2, 1, 3]); // [B, h, T, d]
  };
  const [query, key, value] = [split("query"), split("key"), split("value")];
  const scale = 1 / Math.sqrt(width);
  const rate = config.attentionProbsDropoutProb;
  let context: Tensor;
  if (drop === noDropout || rate === 0) {
    context = attention(query, key, value, bias, scale);
  } else {
    const weights = softmax(add(mul(matMul(query, key, false, true), scale), bias));
    context = matMul(drop(weights, rate), value);
  }
  const merged = reshape(transpose(context, [0, 2, 1, 3]), [B * T, config.hiddenSize]);
  const output = drop(linear(merged, parameters, `${name}.dense`), config.hiddenDropoutProb);
  return normalise(add(x, output), parameters, `${name}.LayerNorm`, config);
}

function feedForward(
  parameters: Tensors,
  block: string,
  x: Tensor,
  config: AlbertConfig,
  drop: Dropout,
): Tensor {
  const inner = activate(linear(x, parameters, `${block}.ffn`), config); // [B T, F]
  const output = drop(linear(inner, parameters, `${block}.ffn_output`), config.hiddenDropoutProb);
  return normalise(add(x, output), parameters, `${block}.full_layer_layer_norm`, config);
}
