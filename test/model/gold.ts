import { readFileSync } from "node:fs";
import type { TensorMap, TensorSpecs } from "../../backend/backend.ts";
import { type AlbertConfig, albertShapeSchema } from "../../model/config.ts";
import { isNormOrBias } from "../../model/parameters.ts";

/** The content of a gold file; the Python script beside it says how it came about. */
export function readGold(name: string) {
  return JSON.parse(readFileSync(new URL(`../gold/${name}`, import.meta.url), "utf8"));
}

/** Numbers in [-scale, scale) of a stream: the same as `formula` in test/gold/albert_gold.py. */
export function formulaValues(stream: number, count: number, scale: number): Float32Array {
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    let mixed = (Math.imul(index, 2654435761) + stream * 40503 + 12345) >>> 0;
    mixed = Math.imul(mixed ^ (mixed >>> 15), 2246822519) >>> 0;
    values[index] = (((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 31 - 1) * scale;
  }
  return values;
}

/** Values for every parameter; streams are numbered by ascending name, as on the Python side. */
export function formulaParameters(specs: TensorSpecs): TensorMap {
  const names = Object.keys(specs).sort();
  return Object.fromEntries(
    names.map((name, stream) => {
      const values = formulaValues(
        stream,
        specs[name]!.shape.reduce((product, size) => product * size, 1),
        0.3,
      );
      if (isNormOrBias(name) && name.endsWith(".weight"))
        for (const index of values.keys()) values[index]! += 1;
      return [name, values];
    }),
  );
}

export function smallConfig(changes: Partial<AlbertConfig> = {}): AlbertConfig {
  const { vocabSize = 50, ...shape } = changes;
  return {
    ...albertShapeSchema.parse({
      embeddingSize: 8,
      hiddenSize: 16,
      numHiddenLayers: 3,
      numAttentionHeads: 2,
      intermediateSize: 32,
      maxPositionEmbeddings: 16,
      ...shape,
    }),
    vocabSize,
  };
}

export const smallShape = { batchSize: 3, sequenceLength: 10, maskedPositions: 9 };

const LENGTHS = [10, 7, 9];
const MASKED = [[1, 4, 8], [2, 5], [3]];

/** Ids, mask and segments of three rows, of a step. */
export function smallFeatures(step = 0) {
  const [rows, length] = [smallShape.batchSize, smallShape.sequenceLength];
  const inputIds = new Int32Array(rows * length);
  const mask = new Int32Array(rows * length);
  const types = new Int32Array(rows * length);
  for (let index = 0; index < rows * length; index++) {
    const [row, position] = [Math.floor(index / length), index % length];
    const end = LENGTHS[row]!;
    mask[index] = Number(position < end);
    inputIds[index] = (((index * 7 + step * 5) % 45) + 5) * mask[index]!;
    types[index] = Number(position >= Math.floor(end / 2) && position < end);
  }
  return { input_ids: inputIds, attention_mask: mask, token_type_ids: types };
}

/** The whole pretraining batch: three of the nine slots for targets stay empty. */
export function smallBatch(step = 0) {
  const { maskedPositions, sequenceLength } = smallShape;
  const positions = new Int32Array(maskedPositions);
  const ids = new Int32Array(maskedPositions);
  const weights = new Float32Array(maskedPositions);
  let slot = 0;
  for (const [row, masked] of MASKED.entries()) {
    for (const position of masked) {
      positions[slot] = row * sequenceLength + position;
      ids[slot] = (row * 11 + position * 3 + step * 7) % 50;
      weights[slot++] = 1;
    }
  }
  return {
    ...smallFeatures(step),
    masked_lm_positions: positions,
    masked_lm_ids: ids,
    masked_lm_weights: weights,
    sentence_order_labels: Int32Array.from(LENGTHS, (_, row) => (row + step + 1) % 2),
    sentence_order_weights: Float32Array.of(1, 1, 1),
  };
}

/** Euclidean norm. */
export function normOf(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
}
