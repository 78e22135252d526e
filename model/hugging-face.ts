import { z } from "zod";
import type { TensorMap, TensorSpecs } from "../backend/backend.ts";
import type { RoleIds } from "../lib/tokenizer/roles.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import { type AlbertConfig, type AlbertShape, albertShapeSchema, layerGroups } from "./config.ts";
import { blockName, layerParameters } from "./parameters.ts";
import type { StoredTensor } from "./safetensors.ts";

/** What Hugging Face's `AlbertConfig` is told, and under our own key what it has no word for. */
const fileSchema = z.looseObject({
  model_type: z.literal("albert"),
  vocab_size: z.int().positive(),
  embedding_size: z.int().positive(),
  hidden_size: z.int().positive(),
  num_hidden_layers: z.int().positive(),
  num_hidden_groups: z.int().positive().default(1),
  inner_group_num: z.int().positive().default(1),
  num_attention_heads: z.int().positive(),
  intermediate_size: z.int().positive(),
  hidden_act: z.enum(["gelu_new", "gelu", "relu"]),
  hidden_dropout_prob: z.number(),
  attention_probs_dropout_prob: z.number(),
  max_position_embeddings: z.int().positive(),
  type_vocab_size: z.int().positive(),
  initializer_range: z.number(),
  layer_norm_eps: z.number(),
  albert_pipeline: z
    .strictObject({
      sharing: z.enum(["all", "attention", "ffn", "none"]),
      num_hidden_groups: z.int().positive(),
    })
    .optional(),
});

/** Whether every layer has to be written out, because Hugging Face cannot share a part of a layer. */
function isWrittenOut(shape: AlbertShape): boolean {
  return shape.sharing !== "all";
}

/** The content of `config.json`; `roles` are the ids of the special pieces. */
export function toHuggingFaceConfig(config: AlbertConfig, roles: RoleIds) {
  return {
    architectures: ["AlbertForPreTraining"],
    model_type: "albert",
    vocab_size: config.vocabSize,
    embedding_size: config.embeddingSize,
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.numHiddenLayers,
    num_hidden_groups: isWrittenOut(config) ? config.numHiddenLayers : config.numHiddenGroups,
    inner_group_num: config.innerGroupNum,
    num_attention_heads: config.numAttentionHeads,
    intermediate_size: config.intermediateSize,
    hidden_act: config.hiddenAct,
    hidden_dropout_prob: config.hiddenDropoutProb,
    attention_probs_dropout_prob: config.attentionProbsDropoutProb,
    classifier_dropout_prob: 0.1,
    max_position_embeddings: config.maxPositionEmbeddings,
    type_vocab_size: config.typeVocabSize,
    initializer_range: config.initializerRange,
    layer_norm_eps: config.layerNormEpsilon,
    pad_token_id: roles.pad,
    bos_token_id: roles.cls,
    eos_token_id: roles.sep,
    tie_word_embeddings: true,
    torch_dtype: "float32",
    albert_pipeline: { sharing: config.sharing, num_hidden_groups: config.numHiddenGroups },
  };
}

/** The configuration in the content of a `config.json`, ours or another's. */
export function fromHuggingFaceConfig(content: unknown, path: string): AlbertConfig {
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success)
    throw new CheckpointError("not the configuration of an ALBERT", {
      where: path,
      expected: "an ALBERT config.json",
      got: z.prettifyError(parsed.error),
    });
  const file = parsed.data;
  const shape = albertShapeSchema.safeParse({
    embeddingSize: file.embedding_size,
    hiddenSize: file.hidden_size,
    numHiddenLayers: file.num_hidden_layers,
    numHiddenGroups: file.albert_pipeline?.num_hidden_groups ?? file.num_hidden_groups,
    innerGroupNum: file.inner_group_num,
    numAttentionHeads: file.num_attention_heads,
    intermediateSize: file.intermediate_size,
    hiddenAct: file.hidden_act,
    hiddenDropoutProb: file.hidden_dropout_prob,
    attentionProbsDropoutProb: file.attention_probs_dropout_prob,
    maxPositionEmbeddings: file.max_position_embeddings,
    typeVocabSize: file.type_vocab_size,
    initializerRange: file.initializer_range,
    layerNormEpsilon: file.layer_norm_eps,
    sharing: file.albert_pipeline?.sharing ?? "all",
  });
  if (!shape.success)
    throw new CheckpointError("not a possible ALBERT", {
      where: path,
      expected: "sizes that fit together",
      got: z.prettifyError(shape.error),
    });
  return { ...shape.data, vocabSize: file.vocab_size };
}

const MAPPING = "albert.encoder.embedding_hidden_mapping_in";

/** For every name that Hugging Face wants and we do not keep: the name whose values it repeats. */
function repeatedNames(config: AlbertConfig): ReadonlyMap<string, string> {
  const repeated = new Map<string, string>();
  if (!isWrittenOut(config)) return repeated;
  for (const [layer, group] of layerGroups(config).entries()) {
    for (let inner = 0; inner < config.innerGroupNum; inner++) {
      const block = blockName(layer, inner);
      const owners = {
        attention: blockName(group.attention, inner),
        ffn: blockName(group.ffn, inner),
      };
      const wanted = Object.keys(layerParameters({ attention: block, ffn: block }, config));
      for (const [index, owner] of Object.keys(layerParameters(owners, config)).entries())
        if (wanted[index] !== owner) repeated.set(wanted[index]!, owner);
    }
  }
  return repeated;
}

/**
 * The parameters as Hugging Face's `AlbertForPreTraining` wants them: parts that only some layers share are
 * repeated for each layer, and a model whose embeddings are as wide as its layers gets the identity as mapping.
 */
export function toHuggingFaceTensors(
  config: AlbertConfig,
  specs: TensorSpecs,
  values: TensorMap,
): Record<string, StoredTensor> {
  const tensors: Record<string, StoredTensor> = {};
  for (const [name, { shape }] of Object.entries(specs))
    tensors[name] = { shape, data: values[name] as Float32Array };
  for (const [name, original] of repeatedNames(config)) tensors[name] = tensors[original]!;
  if (config.embeddingSize === config.hiddenSize) {
    const H = config.hiddenSize;
    const identity = new Float32Array(H * H);
    for (let index = 0; index < H; index++) identity[index * (H + 1)] = 1;
    tensors[`${MAPPING}.weight`] = { shape: [H, H], data: identity };
    tensors[`${MAPPING}.bias`] = { shape: [H], data: new Float32Array(H) };
  }
  return tensors;
}

function shapeIn(tensors: ReadonlyMap<string, StoredTensor>, name: string): string {
  const stored = tensors.get(name);
  return stored === undefined ? "nothing" : `[${stored.shape}]`;
}

/**
 * The values of `specs` among stored tensors, checked for presence and shape: an error names each that differs. Repeated parts and an identity
 * mapping must be what `toHuggingFaceTensors` wrote: anything else would be a different model.
 */
export function fromHuggingFaceTensors(
  config: AlbertConfig,
  specs: TensorSpecs,
  tensors: ReadonlyMap<string, StoredTensor>,
  path: string,
): Record<string, Float32Array> {
  const all = Object.entries(specs);
  const missing = all.filter(([name]) => !tensors.has(name));
  const misshapen = all.filter(
    ([name, { shape }]) => tensors.has(name) && tensors.get(name)!.shape.join() !== shape.join(),
  );
  const differing = missing.length > 0 ? missing : misshapen;
  if (differing.length > 0)
    throw new CheckpointError(
      missing.length > 0
        ? "a checkpoint lacks a tensor"
        : "a tensor has another shape than the configuration says",
      {
        where: path,
        expected: differing.map(([name, { shape }]) => `${name} [${shape}]`).join(", "),
        got: differing.map(([name]) => shapeIn(tensors, name)).join(", "),
      },
    );
  const values: Record<string, Float32Array> = {};
  for (const [name] of all) values[name] = tensors.get(name)!.data;
  for (const [name, { data }] of Object.entries(toHuggingFaceTensors(config, specs, values))) {
    const stored = tensors.get(name)?.data;
    if (name in specs || stored === undefined) continue;
    if (stored.some((value, index) => value !== data[index]))
      throw new CheckpointError("a checkpoint differs where the configuration shares parameters", {
        where: `${path}, ${name}`,
        expected: "equal values",
        got: "others",
      });
  }
  return values;
}
