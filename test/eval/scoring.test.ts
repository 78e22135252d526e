import { describe, expect, test } from "vitest";
import { glueTask } from "../../stages/eval/glue.ts";
import { majorityClass, predictionsOf, scoreRows } from "../../stages/eval/scoring.ts";
import { task } from "../../stages/eval/task.ts";

describe("predictionsOf", () => {
  test("takes the likeliest class, with every class's softmax probability", () => {
    const { values, probabilities } = predictionsOf(Float32Array.of(0, 1, 2, 5, 5, -5), 3);
    expect([...values]).toEqual([2, 0]);
    const sum = 1 + Math.E + Math.exp(2);
    for (const [index, power] of [1, Math.E, Math.exp(2)].entries())
      expect(probabilities[index]).toBeCloseTo(power / sum, 6);
    for (const [index, share] of [0.5, 0.5, 0].entries())
      expect(probabilities[3 + index]).toBeCloseTo(share, 4);
  });

  test("does not overflow", () => {
    const { probabilities } = predictionsOf(Float32Array.of(1e30, -1e30), 2);
    expect([...probabilities]).toEqual([1, 0]);
  });

  test("of one output takes the number", () => {
    const { values, probabilities } = predictionsOf(Float32Array.of(2.5, -1), 1);
    expect([[...values], [...probabilities]]).toEqual([[2.5, -1], []]);
  });
});

describe("scoreRows", () => {
  test("the baseline is the training labels' majority, scored on the evaluated ones by the same metric", () => {
    expect(majorityClass([0, 2, 2, 1], 3)).toBe(2);
    expect(majorityClass([1, 0, 1, 0], 2)).toBe(0);
    const rows = scoreRows(
      glueTask("MRPC"),
      "dev",
      3,
      [1, 1, 1, 0],
      Float64Array.of(1, 1, 0, 0),
      [1, 1, 1, 0, 0],
    );
    expect(rows).toEqual([
      {
        task: "MRPC",
        metric: "f1",
        split: "dev",
        value: 0.8,
        baseline: 6 / 7,
        baseline_name: "majority",
        better: "higher",
        examples: 4,
        seed: 3,
      },
      {
        task: "MRPC",
        metric: "accuracy",
        split: "dev",
        value: 0.75,
        baseline: 0.75,
        baseline_name: "majority",
        better: "higher",
        examples: 4,
        seed: 3,
      },
    ]);
  });

  test("a majority that the evaluated split does not share is a low baseline", () => {
    const wnli = glueTask("WNLI");
    const [row] = scoreRows(wnli, "dev", 0, [0, 0, 0, 1], Float64Array.of(0, 0, 0, 0), [1, 1, 0]);
    expect(row).toMatchObject({ value: 0.75, baseline: 0.25 });
  });

  test("a correlation has no majority, and is 0 where all predictions are alike", () => {
    const scored = task({ ...glueTask("STS-B"), name: "scores" });
    const rows = scoreRows(scored, "dev", 0, [0, 2, 5], Float64Array.of(1, 1, 1), [1, 2]);
    expect(rows.map(({ value, baseline }) => [value, baseline])).toEqual([
      [0, null],
      [0, null],
    ]);
  });
});
