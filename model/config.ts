import { z } from "zod";

const size = z.int().positive();
const probability = z.number().min(0).lt(1);

/**
 * The shape of an ALBERT without its vocabulary, whose size only the vocabulary knows. Names and defaults are those
 * of google-research/albert; `sharing` is the paper's (which parameters the layers have in common).
 */
export const albertShapeSchema = z
  .strictObject({
    /** Width E of the embeddings; they are projected to the hidden size where it differs. */
    embeddingSize: size.default(128),
    hiddenSize: size,
    numHiddenLayers: size,
    numAttentionHeads: size,
    intermediateSize: size,
    /** `gelu_new` is Google's tanh approximation, `gelu` the exact one. */
    hiddenAct: z.enum(["gelu_new", "gelu", "relu"]).default("gelu_new"),
    hiddenDropoutProb: probability.default(0),
    attentionProbsDropoutProb: probability.default(0),
    maxPositionEmbeddings: size.default(512),
    typeVocabSize: size.default(2),
    initializerRange: z.number().positive().default(0.02),
    /**
     * What position embeddings start from: `normal`, as the reference's, or `sinusoidal`, from which a small model
     * learns to look at its neighbours sooner. They are trained either way.
     */
    positionInitializer: z.enum(["normal", "sinusoidal"]).default("normal"),
    layerNormEpsilon: z.number().positive().default(1e-12),
    sharing: z.enum(["all", "attention", "ffn", "none"]).default("all"),
    /** With `sharing: "all"`: into how many runs of layers the depth is cut, each with parameters of its own. */
    numHiddenGroups: size.default(1),
    /** Blocks in one layer, each with parameters of its own. */
    innerGroupNum: size.default(1),
  })
  .refine((shape) => shape.hiddenSize % shape.numAttentionHeads === 0, {
    path: ["numAttentionHeads"],
    message: "must divide hiddenSize",
  })
  .refine((shape) => shape.numHiddenLayers % shape.numHiddenGroups === 0, {
    path: ["numHiddenGroups"],
    message: "must divide numHiddenLayers",
  })
  .refine((shape) => shape.sharing === "all" || shape.numHiddenGroups === 1, {
    path: ["numHiddenGroups"],
    message: 'must be 1 unless sharing is "all"',
  });

export type AlbertShape = z.output<typeof albertShapeSchema>;

/** Everything that fixes an ALBERT's parameters and its function. */
export type AlbertConfig = AlbertShape & { readonly vocabSize: number };

const presets = {
  /** 0.3 million parameters: seconds a hundred steps on two cores. */
  mini: [64, 128, 2, 2, 512],
  tiny: [64, 256, 4, 4, 1024],
  small: [128, 512, 6, 8, 2048],
  // Lan et al., "ALBERT", ICLR 2020, table 1; heads as in the released configurations.
  base: [128, 768, 12, 12, 3072],
  large: [128, 1024, 24, 16, 4096],
  xlarge: [128, 2048, 24, 16, 8192],
  xxlarge: [128, 4096, 12, 64, 16384],
} as const;

type Size = keyof typeof presets;
type Released = "base" | "large" | "xlarge" | "xxlarge";

/** A size; with `-v1` or `-v2` the dropouts are those of that release, without they are 0, as in the second. */
export type AlbertPreset = Size | `${Released}-v${1 | 2}`;

type Overrides = Partial<z.input<typeof albertShapeSchema>>;

/** A named shape, with whatever `overrides` change in it. */
export function albert(preset: AlbertPreset, overrides: Overrides = {}): AlbertShape {
  const [size, release] = preset.split("-") as [Size, string?];
  // The first xxlarge was trained without. Source: google-research/albert README and the released configurations.
  const dropout = release === "v1" && size !== "xxlarge" ? 0.1 : 0;
  const [embeddingSize, hiddenSize, numHiddenLayers, numAttentionHeads, intermediateSize] =
    presets[size];
  return albertShapeSchema.parse({
    embeddingSize,
    hiddenSize,
    numHiddenLayers,
    numAttentionHeads,
    intermediateSize,
    hiddenDropoutProb: dropout,
    attentionProbsDropoutProb: dropout,
    ...overrides,
  });
}

const bertPresets = {
  base: [768, 12, 12],
  large: [1024, 24, 16],
  // Lan et al., table 1: what the paper compares ALBERT xlarge to.
  xlarge: [2048, 24, 16],
} as const;

export type BertPreset = keyof typeof bertPresets;

/**
 * BERT as a case of ALBERT: embeddings as wide as the layers, so that nothing is projected and the masked-LM head keeps
 * the width, and no layer shares parameters. Its pooler and its second head are the same. Dropouts are BERT's 0.1.
 */
export function bert(preset: BertPreset, overrides: Overrides = {}): AlbertShape {
  const [hiddenSize, numHiddenLayers, numAttentionHeads] = bertPresets[preset];
  return albertShapeSchema.parse({
    embeddingSize: hiddenSize,
    hiddenSize,
    numHiddenLayers,
    numAttentionHeads,
    intermediateSize: 4 * hiddenSize,
    hiddenDropoutProb: 0.1,
    attentionProbsDropoutProb: 0.1,
    sharing: "none",
    ...overrides,
  });
}

/** Which set of parameters the attention and the feed-forward part of each layer use, by layer. */
export function layerGroups(config: AlbertShape): readonly {
  readonly attention: number;
  readonly ffn: number;
}[] {
  const layersPerGroup = config.numHiddenLayers / config.numHiddenGroups;
  return Array.from({ length: config.numHiddenLayers }, (_, layer) => {
    const group = Math.floor(layer / layersPerGroup);
    const own = config.sharing === "all" ? group : layer;
    return {
      attention: config.sharing === "attention" ? 0 : own,
      ffn: config.sharing === "ffn" ? 0 : own,
    };
  });
}

export interface ParameterCount {
  /** Embeddings, encoder and pooler: what the papers count. */
  readonly model: number;
  readonly pooler: number;
  /** The masked-LM head without the decoder, which is the word embedding. */
  readonly maskedLm: number;
  readonly sentenceOrder: number;
  /** All that pretraining trains. */
  readonly total: number;
}

/** How many numbers a configuration has, in closed form. */
export function parameterCount(config: AlbertConfig): ParameterCount {
  const { vocabSize: V, embeddingSize: E, hiddenSize: H, intermediateSize: F } = config;
  const groups = layerGroups(config);
  const attentionSets = new Set(groups.map(({ attention }) => attention)).size;
  const ffnSets = new Set(groups.map(({ ffn }) => ffn)).size;
  const embeddings = (V + config.maxPositionEmbeddings + config.typeVocabSize) * E + 2 * E;
  const mapping = E === H ? 0 : E * H + H;
  const attention = 4 * (H * H + H) + 2 * H;
  const ffn = 2 * H * F + F + H + 2 * H;
  const pooler = H * H + H;
  const maskedLm = V + H * E + E + 2 * E;
  const sentenceOrder = 2 * H + 2;
  const blocks = config.innerGroupNum * (attentionSets * attention + ffnSets * ffn);
  const model = embeddings + mapping + blocks + pooler;
  return { model, pooler, maskedLm, sentenceOrder, total: model + maskedLm + sentenceOrder };
}
