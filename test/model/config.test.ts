import { describe, expect, test } from "vitest";
import {
  type AlbertPreset,
  albert,
  albertShapeSchema,
  type BertPreset,
  bert,
  layerGroups,
  parameterCount,
} from "../../model/config.ts";
import { initialParameters } from "../../model/initial-parameters.ts";
import {
  classificationParameters,
  encoderParameters,
  pretrainingParameters,
} from "../../model/parameters.ts";
import { smallConfig } from "./gold.ts";

const V = 30_000;

function sizeOf(specs: ReturnType<typeof pretrainingParameters>): number {
  return Object.values(specs).reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
}

// Counted in transformers 5.18: AlbertModel with and without pooler, the two heads, AlbertForPreTraining.
test.each<[AlbertPreset, number, number, number, number, number]>([
  ["base", 11_683_584, 11_092_992, 128_688, 1_538, 11_813_810],
  ["large", 17_683_968, 16_634_368, 161_456, 2_050, 17_847_474],
  ["xlarge", 58_724_864, 54_528_512, 292_528, 4_098, 59_021_490],
  ["xxlarge", 222_595_584, 205_814_272, 554_672, 8_194, 223_158_450],
])("parameters of %s", (preset, model, withoutPooler, maskedLm, sentenceOrder, total) => {
  const config = { ...albert(preset), vocabSize: V };
  const count = parameterCount(config);
  expect(count).toEqual({ model, pooler: model - withoutPooler, maskedLm, sentenceOrder, total });
  expect(sizeOf(encoderParameters(config))).toBe(model);
  expect(sizeOf(pretrainingParameters(config))).toBe(total);
  expect(Object.keys(pretrainingParameters(config))).toHaveLength(32);
});

// Counted in transformers 5.18: BertModel with pooler.
test.each<[BertPreset, number, number]>([
  ["base", 30_000, 109_081_344],
  ["base", 30_522, 109_482_240],
  ["large", 30_000, 334_607_360],
  ["large", 30_522, 335_141_888],
  ["xlarge", 30_000, 1_275_291_648],
  ["xlarge", 30_522, 1_276_360_704],
])("parameters of BERT %s with %i pieces", (preset, vocabSize, model) => {
  const config = { ...bert(preset), vocabSize };
  expect(parameterCount(config).model).toBe(model);
  expect(sizeOf(encoderParameters(config))).toBe(model);
  expect(sizeOf(pretrainingParameters(config))).toBe(parameterCount(config).total);
});

test("the heads of BERT are its own: a dense layer of its width, a norm, a bias; two classes", () => {
  const { maskedLm, sentenceOrder } = parameterCount({ ...bert("base"), vocabSize: 30_522 });
  // BertForPreTraining of transformers 5.18 has 110,106,428 in all, BertModel 109,482,240.
  expect(maskedLm + sentenceOrder).toBe(110_106_428 - 109_482_240);
});

test.each<[AlbertPreset, number]>([
  ["base-v1", 0.1],
  ["large-v1", 0.1],
  ["xlarge-v1", 0.1],
  ["xxlarge-v1", 0],
  ["base-v2", 0],
  ["xxlarge-v2", 0],
  ["xxlarge", 0],
])("%s drops %d", (preset, dropout) => {
  const { hiddenDropoutProb, attentionProbsDropoutProb, ...shape } = albert(preset);
  expect([hiddenDropoutProb, attentionProbsDropoutProb]).toEqual([dropout, dropout]);
  expect(albert(preset.replace(/-v.$/, "") as AlbertPreset)).toMatchObject(shape);
});

// Lan et al., tables 3 and 4, counted exactly.
describe.each([
  [64, 9_681_408, 61_645_056, 35_684_352, 87_648_000],
  [128, 11_683_584, 63_647_232, 37_686_528, 89_650_176],
  [256, 15_687_936, 67_651_584, 41_690_880, 93_654_528],
  [768, 31_114_752, 83_078_400, 57_117_696, 109_081_344],
])("base with embeddings of %i", (embeddingSize, all, attention, ffn, none) => {
  test.each(
    Object.entries({ all, attention, ffn, none }) as [
      "all" | "attention" | "ffn" | "none",
      number,
    ][],
  )("sharing %s", (sharing, expected) => {
    const config = { ...albert("base", { embeddingSize, sharing }), vocabSize: V };
    expect(parameterCount(config).model).toBe(expected);
    expect(sizeOf(encoderParameters(config))).toBe(expected);
  });
});

test("groups and inner groups multiply the blocks", () => {
  const config = smallConfig({ numHiddenGroups: 3, innerGroupNum: 2 });
  expect(sizeOf(pretrainingParameters(config))).toBe(parameterCount(config).total);
  expect(layerGroups(albert("base", { numHiddenGroups: 4 })).map(({ ffn }) => ffn)).toEqual([
    0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3,
  ]);
});

test("a classifier takes the heads' place", () => {
  const config = smallConfig();
  const added = sizeOf(classificationParameters(config, 3)) - sizeOf(encoderParameters(config));
  expect(added).toBe(3 * 16 + 3);
});

test.each([
  [{ numAttentionHeads: 5 }, "must divide hiddenSize"],
  [{ numHiddenGroups: 5 }, "must divide numHiddenLayers"],
  [{ numHiddenGroups: 2, sharing: "none" as const }, 'must be 1 unless sharing is "all"'],
  [{ hiddenDropoutProb: 1 }, "<1"],
])("an impossible shape is refused: %o", (changes, message) => {
  const parsed = albertShapeSchema.safeParse({ ...albert("base"), ...changes });
  expect(parsed.error?.issues.map((issue) => issue.message).join()).toContain(message);
});

/** An initialisation like the reference's, of that deviation. */
const at = (initializerRange: number) =>
  ({ initializerRange, positionInitializer: "normal" }) as const;

test("sinusoidal positions: of the deviation asked for, and one shift turns all alike", () => {
  const name = "albert.embeddings.position_embeddings.weight";
  const specs = pretrainingParameters({ ...albert("mini"), vocabSize: 100 });
  const initialisation = { initializerRange: 0.08, positionInitializer: "sinusoidal" } as const;
  const rows = initialParameters(specs, initialisation, 7)[name]!;
  const [, width] = specs[name]!.shape as [number, number];
  const product = (a: number, b: number) => {
    let sum = 0;
    for (let column = 0; column < width; column++)
      sum += rows[a * width + column]! * rows[b * width + column]!;
    return sum;
  };
  expect(Math.sqrt(product(11, 11) / width)).toBeCloseTo(0.08, 5);
  expect(product(3, 5)).toBeCloseTo(product(40, 42), 5);
  expect(product(3, 4)).toBeGreaterThan(product(3, 9));
  const others = Object.keys(specs).filter((other) => other !== name);
  const normal = initialParameters(specs, at(0.08), 7);
  const sinusoidal = initialParameters(specs, initialisation, 7);
  for (const other of others) expect(sinusoidal[other]).toEqual(normal[other]);
});

test("initial values: cut normal kernels, zero biases, identity norms, fixed by seed and name", () => {
  const specs = pretrainingParameters({ ...albert("mini"), vocabSize: 1000 });
  const values = initialParameters(specs, at(0.02), 7);
  const words = values["albert.embeddings.word_embeddings.weight"]!;
  const mean = words.reduce((sum, value) => sum + value, 0) / words.length;
  const variance = words.reduce((sum, value) => sum + value * value, 0) / words.length;
  expect(Math.abs(mean)).toBeLessThan(3e-4);
  // A normal cut at two deviations keeps 0.8796 of its deviation.
  expect(Math.sqrt(variance) / 0.02).toBeCloseTo(0.8796, 2);
  expect(Math.max(...words)).toBeLessThanOrEqual(0.04);
  expect(new Set(values["predictions.LayerNorm.weight"])).toEqual(new Set([1]));
  expect(new Set(values["predictions.LayerNorm.bias"])).toEqual(new Set([0]));
  expect(new Set(values["predictions.bias"])).toEqual(new Set([0]));
  expect(initialParameters(specs, at(0.02), 7)).toEqual(values);
  expect(initialParameters(specs, at(0.02), 8)).not.toEqual(values);
  const name = "albert.pooler.weight";
  expect(initialParameters({ [name]: specs[name]! }, at(0.02), 7)[name]).toEqual(values[name]);
});
