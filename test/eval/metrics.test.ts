import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { accuracy, f1, matthews, pearson, spearman } from "../../stages/eval/metrics.ts";

/** Made by test/gold/metrics_gold.py: null stands for NaN, and for an F1 of more than two classes. */
const gold: {
  readonly classification: readonly {
    readonly name: string;
    readonly labels: readonly number[];
    readonly predictions: readonly number[];
    readonly accuracy: number;
    readonly matthews: number;
    readonly f1: number | null;
  }[];
  readonly correlation: readonly {
    readonly name: string;
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly pearson: number | null;
    readonly spearman: number | null;
  }[];
} = JSON.parse(readFileSync(new URL("../gold/metrics.json", import.meta.url), "utf8"));

describe("as scikit-learn computes them", () => {
  test.each(gold.classification)("$name", ({ labels, predictions, ...expected }) => {
    expect(accuracy(labels, predictions)).toBeCloseTo(expected.accuracy, 12);
    expect(matthews(labels, predictions)).toBeCloseTo(expected.matthews, 12);
    if (expected.f1 !== null) expect(f1(labels, predictions)).toBeCloseTo(expected.f1, 12);
  });
});

describe("as SciPy computes them", () => {
  test.each(gold.correlation)("$name", ({ x, y, ...expected }) => {
    for (const [value, wanted] of [
      [pearson(x, y), expected.pearson],
      [spearman(x, y), expected.spearman],
    ] as const) {
      if (wanted === null) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(wanted, 12);
    }
  });
});
