import {
  add,
  concat,
  expandDims,
  matMul,
  mul,
  range,
  relu,
  reshape,
  slice,
  softmax,
  sub,
  type Tensor,
  tanh,
  transpose,
  zeros,
} from "@tensorflow/tfjs-core";
import type { TensorSpecs, Tensors } from "../backend/backend.ts";
import {
  attention,
  type Chosen,
  dropout,
  gatherRows,
  gelu,
  geluErf,
  layerNorm,
  recomputed,
} from "../backend/ops.ts";
import { type AlbertConfig, layerGroups } from "./config.ts";
import { blockName } from "./parameters.ts";

/** Matrix products run best on a multiple of so many rows. */
const ROW_MULTIPLE = 16;

/** So many rows as are computed for that many. */
export function roundedRows(rows: number): number {
  return Math.ceil(rows / ROW_MULTIPLE) * ROW_MULTIPLE;
}

/** Rows and positions of a batch, fixed when a program is compiled. */
export interface BatchShape {
  readonly batchSize: number;
  readonly sequenceLength: number;
}

/** Zeroes a share of a tensor while training; every call draws anew. */
export interface Dropout {
  (x: Tensor, rate: number, chosen?: Chosen): Tensor;
  /** One that draws again what this one will draw next. */
  copy(): Dropout;
}

export const noDropout: Dropout = Object.assign((x: Tensor) => x, { copy: () => noDropout });

/**
 * Dropout from one int32 scalar a step: each place where it is called is salted with its ordinal. `part` is another,
 * where the batch is one of several equal parts of a larger one.
 */
export function dropoutFrom(seed: Tensor, part?: Tensor, first = 0): Dropout {
  let place = first;
  const draw = (x: Tensor, rate: number, chosen?: Chosen) =>
    dropout(x, rate, seed, place++, part, chosen);
  return Object.assign(draw, { copy: () => dropoutFrom(seed, part, place) });
}

/** How an encoder is computed, which changes nothing of what it computes. */
export interface Computation {
  /**
   * Whether layers keep nothing but their inputs for the gradient, which then computes them again: a third more time,
   * for memory that hardly grows with the depth.
   */
  readonly recompute: boolean;
}
const keepAll: Computation = { recompute: false };

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
  computation = keepAll,
): { readonly hidden: Tensor; readonly pooled: Tensor } {
  const [B, T] = inputs["input_ids"]!.shape as [number, number];
  const H = config.hiddenSize;
  const hidden = layers(parameters, inputs, config, drop, computation);
  const first = reshape(slice(reshape(hidden, [B, T, H]), [0, 0, 0], [B, 1, H]), [B, H]);
  return { hidden, pooled: pool(first, parameters) };
}

/**
 * The same, but `hidden` is [N, H], at `positions` only: int32 [N], counted in the flat batch (row * T + position);
 * `first` is [B, H], at the first position of each row.
 * What the last layer would compute for other positions, when these have attended to them, is left out.
 */
export function encodeAt(
  parameters: Tensors,
  inputs: Tensors,
  positions: Tensor,
  config: AlbertConfig,
  drop: Dropout,
  computation = keepAll,
): { readonly hidden: Tensor; readonly first: Tensor; readonly pooled: Tensor } {
  const [B, T] = inputs["input_ids"]!.shape as [number, number];
  const [N, H] = [positions.size, config.hiddenSize];
  const filler = roundedRows(B + N) - (B + N);
  const parts = [range(0, B * T, T, "int32"), positions, zeros([filler], "int32")];
  const rows = concat(parts.filter(({ size }) => size > 0));
  const hidden = layers(parameters, inputs, config, drop, computation, { rows, of: B * T });
  const first = slice(hidden, [0, 0], [B, H]);
  return { hidden: slice(hidden, [B, 0], [N, H]), first, pooled: pool(first, parameters) };
}

/** The hidden states alone, for what has no pooler. */
export function encodeHidden(
  parameters: Tensors,
  inputs: Tensors,
  config: AlbertConfig,
  drop: Dropout,
): Tensor {
  return layers(parameters, inputs, config, drop, keepAll);
}

/** The last layer's hidden states, [B T, H], or those that are `wanted`. */
function layers(
  parameters: Tensors,
  inputs: Tensors,
  config: AlbertConfig,
  drop: Dropout,
  { recompute }: Computation,
  wanted?: Chosen,
): Tensor {
  const bias = maskBias(inputs["attention_mask"]!);
  let hidden = embed(parameters, inputs, config, drop); // [B T, H]
  const blocks = layerGroups(config).flatMap(({ attention, ffn }) =>
    Array.from({ length: config.innerGroupNum }, (_, inner) => [
      blockName(attention, inner),
      blockName(ffn, inner),
    ]),
  );
  for (const [index, [attention, ffn]] of blocks.entries()) {
    const rows = index === blocks.length - 1 ? wanted : undefined;
    const layer = (x: Tensor, values: Tensors, bias: Tensor, drop: Dropout, rows?: Chosen) => {
      const attended = attend(values, attention!, x, bias, config, drop, rows);
      return feedForward(values, ffn!, attended, config, drop, rows);
    };
    if (!recompute) {
      hidden = layer(hidden, parameters, bias, drop, rows);
      continue;
    }
    const names = Object.keys(parameters).filter((name) => isOfLayer(name, attention!, ffn!));
    const own = names.map((name) => parameters[name]!);
    const constants = rows === undefined ? [bias] : [bias, rows.rows];
    const same = drop.copy();
    hidden = recomputed({ x: hidden, parameters: own, constants }, (given, again) => {
      const values = Object.fromEntries(names.map((name, i) => [name, given.parameters[i]!]));
      const chosen = rows && { ...rows, rows: given.constants[1]! };
      return layer(given.x, values, given.constants[0]!, again ? same : drop, chosen);
    });
  }
  return hidden;
}

function isOfLayer(name: string, attention: string, ffn: string): boolean {
  return (
    name.startsWith(`${attention}.attention.`) ||
    name.startsWith(`${ffn}.ffn`) ||
    name.startsWith(`${ffn}.full_layer_layer_norm.`)
  );
}

/** What stands for a whole row, from its first position: [B, H]. */
function pool(first: Tensor, parameters: Tensors): Tensor {
  return tanh(linear(first, parameters, "albert.pooler"));
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

/** Every position attends; the result holds those that are `chosen`. */
function attend(
  parameters: Tensors,
  block: string,
  x: Tensor,
  bias: Tensor,
  config: AlbertConfig,
  drop: Dropout,
  chosen?: Chosen,
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
  const choose = (all: Tensor) => (chosen === undefined ? all : gatherRows(all, chosen.rows));
  const projected = linear(choose(merged), parameters, `${name}.dense`);
  const output = drop(projected, config.hiddenDropoutProb, chosen);
  return normalise(add(choose(x), output), parameters, `${name}.LayerNorm`, config);
}

function feedForward(
  parameters: Tensors,
  block: string,
  x: Tensor,
  config: AlbertConfig,
  drop: Dropout,
  chosen?: Chosen,
): Tensor {
  const inner = activate(linear(x, parameters, `${block}.ffn`), config); // [B T, F]
  const projected = linear(inner, parameters, `${block}.ffn_output`);
  const output = drop(projected, config.hiddenDropoutProb, chosen);
  return normalise(add(x, output), parameters, `${block}.full_layer_layer_norm`, config);
}
