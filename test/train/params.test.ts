import { describe, expect, test } from "vitest";
import { learningRateAt } from "../../model/schedule.ts";
import { ingest, text } from "../../stages/ingest/index.ts";
import { sopPairs } from "../../stages/sop-pairs/index.ts";
import { tokenize, wordpieceVocab } from "../../stages/tokenize/index.ts";
import { train } from "../../stages/train/index.ts";
import {
  continueParams,
  params,
  scheduleOf,
  type TrainParams,
  warningsOf,
} from "../../stages/train/params.ts";

/** The highest rate of a schedule. */
function peakOf(raw: object): number {
  return scheduleOf(params.parse(raw)).learningRate;
}

test("the peak follows the batch size by the rule that is asked for", () => {
  const raw = { learningRate: 0.00176, trainBatchSize: 1024 };
  expect(peakOf(raw)).toBe(0.00176);
  expect(peakOf({ ...raw, scaleLearningRate: "sqrt" })).toBeCloseTo(0.00088, 12);
  expect(peakOf({ ...raw, scaleLearningRate: "linear" })).toBeCloseTo(0.00044, 12);
  expect(peakOf({ ...raw, scaleLearningRate: "sqrt", referenceBatchSize: 256 })).toBeCloseTo(
    0.00352,
    12,
  );
});

test("decay of another power, to another rate, or to a later step", () => {
  const schedule = scheduleOf(
    params.parse({
      learningRate: 1,
      warmupSteps: 0,
      numTrainSteps: 100,
      decaySteps: 200,
      decayPower: 2,
      endLearningRate: 0.2,
    }),
  );
  expect(learningRateAt(0, schedule)).toBe(1);
  expect(learningRateAt(100, schedule)).toBeCloseTo(0.2 + 0.8 * 0.25, 12);
  expect(learningRateAt(300, schedule)).toBe(0.2);
});

describe("what often ends badly is warned of", () => {
  const sound = {
    trainBatchSize: 4096,
    numTrainSteps: 125_000,
    warmupSteps: 3125,
    learningRate: 0.00176,
  };
  test.each<[string, object, number, RegExp | undefined]>([
    ["the reference", {}, 1e6, undefined],
    ["its rate for a small batch", { trainBatchSize: 64 }, 1e6, /8 times the reference's .* 64/],
    ["the same, scaled", { trainBatchSize: 64, scaleLearningRate: "sqrt" }, 1e6, undefined],
    ["AdamW", { trainBatchSize: 64, optimiser: { name: "adamw" } }, 1e6, undefined],
    ["no warm-up", { warmupSteps: 0 }, 1e6, /no warm-up/],
    ["most of one pass", {}, 4096 * 175_000, undefined],
    ["too few steps for the data", {}, 4 * 4096 * 125_000, /see 25 % of the training/],
  ])("%s", (_, changes, examples, expected) => {
    const warnings = warningsOf(params.parse({ ...sound, ...changes }), examples);
    if (expected === undefined) expect(warnings).toEqual([]);
    else expect(warnings).toEqual([expect.stringMatching(expected)]);
  });
});

test.each<[object, string]>([
  [{ learningRate: 0 }, "learningRate"],
  [{ learningRate: -1 }, "learningRate"],
  [{ microBatchSize: 17 }, "microBatchSize"],
  [{ warmupSteps: 401 }, "warmupSteps"],
  [{ numTrainSteps: 0 }, "numTrainSteps"],
  [{ optimiser: { excludeFromWeightDecay: ["("] } }, "optimiser.excludeFromWeightDecay.0"],
  [{ optimiser: { trustRatioRange: [2, 1] } }, "optimiser.trustRatioRange"],
  [{ model: { hiddenSize: 10, numAttentionHeads: 3 } }, "model"],
])("%o is refused", (raw, path) => {
  const { issues } = params.safeParse(raw).error!;
  expect(issues.map((issue) => issue.path.join(".")).join()).toContain(path);
});

test.each<[unknown, RegExp]>([
  [[], /^lengthBins: must be ascending lengths, such as \[64, 128\], or "auto"; leave it out/],
  [[128, 64], /^lengthBins: must be ascending lengths.*, each once$/],
  [[64, 64], /^lengthBins: must be ascending lengths.*, each once$/],
  [[64, 256], /^lengthBins: must not exceed maxSeqLength: raise it, or leave the longer/],
  [[0, 64], /^lengthBins.0: Too small: expected number to be >0$/],
  [[64.5], /^lengthBins: must be ascending lengths/],
  ["some", /^lengthBins: must be ascending lengths/],
  [64, /^lengthBins: must be ascending lengths/],
])("length bins %j are refused", (lengthBins, expected) => {
  for (const schema of [params, continueParams]) {
    const { issues } = schema.safeParse({ maxSeqLength: 128, lengthBins }).error!;
    expect(issues.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([
      expect.stringMatching(expected),
    ]);
  }
});

test("without length bins the parameters are what they were", () => {
  expect(JSON.stringify(params.parse({}))).not.toContain("lengthBins");
  expect(params.parse({ lengthBins: [64, 128], maxSeqLength: 128 }).lengthBins).toEqual([64, 128]);
  expect(params.parse({ lengthBins: "auto" }).lengthBins).toBe("auto");
});

test("masks are drawn anew as the examples' were, unless something else is said", () => {
  const { documents } = ingest({}, { sources: [text({ files: "none/*.txt" })] });
  const { tokenizer } = wordpieceVocab({ documents }, { size: 100 });
  const { sentences } = tokenize({ documents, tokenizer });
  const maskingOf = (given: Parameters<typeof sopPairs>[1], told?: Parameters<typeof train>[1]) => {
    const { examples } = sopPairs({ sentences, tokenizer }, given);
    return (train({ examples, tokenizer }, told).scores.node.params as TrainParams).masking;
  };
  expect(maskingOf({})).toEqual(params.parse({}).masking);
  expect(maskingOf({ mode: "google", ngram: 2, maskedLmProb: 0.2 })).toEqual({
    maskedLmProb: 0.2,
    maxPredictionsPerSeq: 20,
    ngram: 2,
    favorShorterNgram: true,
    wholeWord: true,
    spans: "across",
    countSpecials: true,
    replaceWithSpecials: true,
  });
  const told = maskingOf({ ngram: 2, wholeWord: false }, { masking: { ngram: 4 } });
  expect(told).toMatchObject({ ngram: 4, wholeWord: false });
});
