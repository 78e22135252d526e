import type { Backend, Precision, TensorMap } from "../../backend/backend.ts";
import { RandomStream } from "../../lib/random.ts";
import { type AlbertConfig, albert } from "../../model/config.ts";
import { initialState } from "../../model/gradient-program.ts";
import { initialParameters } from "../../model/initial-parameters.ts";
import { applyInputs, type Optimiser } from "../../model/optimiser.ts";
import {
  type PretrainingShape,
  pretrainingPrograms,
  usesDropout,
} from "../../model/pretraining.ts";

const shape: PretrainingShape = { batchSize: 3, sequenceLength: 12, maskedPositions: 9 };

export function small(changes: Parameters<typeof albert>[1] = {}): AlbertConfig {
  const sizes = { embeddingSize: 16, hiddenSize: 32, intermediateSize: 64, numHiddenLayers: 3 };
  return { ...albert("mini", { ...sizes, numAttentionHeads: 4, ...changes }), vocabSize: 90 };
}

/** A batch of a step, with padding and an unused target. */
function batch(config: AlbertConfig, step: number): TensorMap {
  const random = new RandomStream(step, "batch");
  const { batchSize, sequenceLength, maskedPositions } = shape;
  const tokens = batchSize * sequenceLength;
  const ids = (length: number, bound: number) =>
    Int32Array.from({ length }, () => random.below(bound));
  return {
    input_ids: ids(tokens, config.vocabSize),
    attention_mask: Int32Array.from({ length: tokens }, (_, i) => Number(i % sequenceLength < 10)),
    token_type_ids: ids(tokens, 2),
    masked_lm_positions: ids(maskedPositions, tokens),
    masked_lm_ids: ids(maskedPositions, config.vocabSize),
    masked_lm_weights: Float32Array.from({ length: maskedPositions }, (_, i) => Number(i < 7)),
    sentence_order_labels: ids(batchSize, 2),
    sentence_order_weights: new Float32Array(batchSize).fill(1),
    ...(usesDropout(config) ? { dropout_seed: Int32Array.of(step) } : {}),
  };
}

export interface Training {
  /** Of the first step. */
  readonly gradients: TensorMap;
  readonly losses: readonly number[];
  readonly gradientNorms: readonly number[];
  readonly final: TensorMap;
}

export interface TrainedOptions {
  readonly precision?: Precision;
  readonly lossScale?: number;
  readonly recompute?: boolean;
}

/** Trains a small model on batches of random numbers. */
export async function trained(
  backend: Backend,
  config: AlbertConfig,
  optimiser: Optimiser,
  steps: number,
  { precision = "float32", lossScale = 2 ** 10, recompute = false }: TrainedOptions = {},
): Promise<Training> {
  const programs = pretrainingPrograms(config, shape, optimiser, { precision, recompute });
  const scale = precision === "float16" && { loss_scale: Float32Array.of(lossScale) };
  const initial = initialParameters(
    programs.parameters,
    { initializerRange: 0.1, positionInitializer: "normal" },
    1,
  );
  const state = await backend.createState(programs.state, initialState(programs.state, initial));
  const gradients = await backend.compile(programs.gradients, state);
  const apply = await backend.compile(programs.apply, state);
  const names = Object.keys(programs.state).filter((name) => name.startsWith("gradient/"));
  const losses: number[] = [];
  const gradientNorms: number[] = [];
  let first: TensorMap = {};
  for (let step = 0; step < steps; step++) {
    const { masked_lm_loss, sentence_order_loss, gradient_norm } = await gradients.run({
      ...batch(config, step),
      ...scale,
    });
    losses.push(masked_lm_loss![0]!, sentence_order_loss![0]!);
    gradientNorms.push(gradient_norm![0]!);
    if (step === 0) first = await state.read(names);
    await apply.run(applyInputs(optimiser, step, 1e-3, gradient_norm![0]!));
  }
  const final = await state.read(Object.keys(programs.parameters));
  return { gradients: first, losses, gradientNorms, final };
}

/** |a - b| / |b| over all tensors together: one parameter's gradient (the key bias's) is zero but for rounding. */
export function distance(a: TensorMap, b: TensorMap): number {
  let [difference, size] = [0, 0];
  for (const [name, values] of Object.entries(b)) {
    for (const [index, value] of values.entries()) {
      difference += (a[name]![index]! - value) ** 2;
      size += value ** 2;
    }
  }
  return Math.sqrt(difference / size);
}
