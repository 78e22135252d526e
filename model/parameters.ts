import type { TensorSpec, TensorSpecs } from "../backend/backend.ts";
import { type AlbertConfig, layerGroups } from "./config.ts";

/**
 * Parameters carry the names and shapes of Hugging Face's checkpoints. A dense layer's weight therefore stands as
 * [out, in]: of the three products that a training step makes with it (forward, and the gradients of input and of
 * weight) two want a transposed operand in either layout, so the files' layout costs next to nothing (3 % of those
 * products on the CPU provider, within the noise) and saves a conversion.
 */
export type Parameters = TensorSpecs;

const EMBEDDINGS = "albert.embeddings";
/** Embeddings of the positions. */
export const POSITIONS = `${EMBEDDINGS}.position_embeddings.weight`;
const MAPPING = "albert.encoder.embedding_hidden_mapping_in";

/** The prefix of one block's parameters. */
export function blockName(group: number, inner: number): string {
  return `albert.encoder.albert_layer_groups.${group}.albert_layers.${inner}`;
}

function tensor(...shape: number[]): TensorSpec {
  return { shape, dtype: "float32" };
}

function dense(name: string, from: number, to: number): TensorSpecs {
  return { [`${name}.weight`]: tensor(to, from), [`${name}.bias`]: tensor(to) };
}

function norm(name: string, width: number): TensorSpecs {
  return { [`${name}.weight`]: tensor(width), [`${name}.bias`]: tensor(width) };
}

function attentionParameters(block: string, { hiddenSize: H }: AlbertConfig): TensorSpecs {
  return {
    ...dense(`${block}.attention.query`, H, H),
    ...dense(`${block}.attention.key`, H, H),
    ...dense(`${block}.attention.value`, H, H),
    ...dense(`${block}.attention.dense`, H, H),
    ...norm(`${block}.attention.LayerNorm`, H),
  };
}

function ffnParameters(
  block: string,
  { hiddenSize: H, intermediateSize: F }: AlbertConfig,
): TensorSpecs {
  return {
    ...dense(`${block}.ffn`, H, F),
    ...dense(`${block}.ffn_output`, F, H),
    ...norm(`${block}.full_layer_layer_norm`, H),
  };
}

/** One layer's parameters, in a fixed order: its attention's in one block and its feed-forward part's in another. */
export function layerParameters(
  blocks: { readonly attention: string; readonly ffn: string },
  config: AlbertConfig,
): TensorSpecs {
  return {
    ...attentionParameters(blocks.attention, config),
    ...ffnParameters(blocks.ffn, config),
  };
}

/** Embeddings, encoder and pooler. Layers that share parameters name the first layer's group. */
export function encoderParameters(config: AlbertConfig): Parameters {
  const { vocabSize: V, embeddingSize: E, hiddenSize: H } = config;
  const specs: Record<string, TensorSpec> = {
    [`${EMBEDDINGS}.word_embeddings.weight`]: tensor(V, E),
    [POSITIONS]: tensor(config.maxPositionEmbeddings, E),
    [`${EMBEDDINGS}.token_type_embeddings.weight`]: tensor(config.typeVocabSize, E),
    ...norm(`${EMBEDDINGS}.LayerNorm`, E),
    ...(E === H ? {} : dense(MAPPING, E, H)),
  };
  for (const group of layerGroups(config)) {
    for (let inner = 0; inner < config.innerGroupNum; inner++) {
      const blocks = {
        attention: blockName(group.attention, inner),
        ffn: blockName(group.ffn, inner),
      };
      Object.assign(specs, layerParameters(blocks, config));
    }
  }
  return { ...specs, ...dense("albert.pooler", H, H) };
}

/** The encoder's parameters with those of the masked-LM and the sentence-order head. */
export function pretrainingParameters(config: AlbertConfig): Parameters {
  const { vocabSize: V, embeddingSize: E, hiddenSize: H } = config;
  return {
    ...encoderParameters(config),
    "predictions.bias": tensor(V),
    ...norm("predictions.LayerNorm", E),
    ...dense("predictions.dense", H, E),
    ...dense("sop_classifier.classifier", H, 2),
  };
}

/** The encoder's parameters with those of a classifier of `outputs` classes (1: a regression). */
export function classificationParameters(config: AlbertConfig, outputs: number): Parameters {
  return { ...encoderParameters(config), ...dense("classifier", config.hiddenSize, outputs) };
}

/** Those of Hugging Face's AlbertForQuestionAnswering, which has no pooler. */
export function spanParameters(config: AlbertConfig): Parameters {
  const encoder = Object.entries(encoderParameters(config));
  return {
    ...Object.fromEntries(encoder.filter(([name]) => !name.startsWith("albert.pooler"))),
    ...dense("qa_outputs", config.hiddenSize, 2),
  };
}

/** Whether a parameter is a layer norm's or a bias: Google's `exclude_from_weight_decay`. */
export function isNormOrBias(name: string): boolean {
  return /LayerNorm|layer_norm|bias/.test(name);
}
