import { describe, expect, it } from "vitest";
import { chartsOf, windowOf } from "../../tui/curves.ts";
import { started, stateAfter, type Told } from "./events.ts";

const measured = (values: (step: number) => Record<string, number>) => {
  const metrics = Array.from({ length: 9 }, (_, step): Told => {
    return [step, { type: "node-metric", node: "train", step: step * 10, values: values(step) }];
  });
  return stateAfter([[0, started("p", ["train"])], ...metrics]).nodes[0]!;
};

describe("charts", () => {
  it("come in a known order, held-out values in the chart of their metric", () => {
    const node = measured((step) => ({
      zeal: 1,
      heldout_masked_lm_loss: step + 1,
      tokens_per_second: 5,
      trust_ratio_min: 0.1,
      trust_ratio_max: 2,
      masked_lm_loss: step,
    }));
    const charts = chartsOf(node, 0);
    expect(charts.map(({ title }) => title)).toEqual([
      "masked-LM loss",
      "tokens/s",
      "trust ratios (min, max)",
      "zeal",
    ]);
    expect(charts[0]).toMatchObject({ value: 8, heldout: 9 });
    expect(charts[0]!.curves.map(({ style }) => style)).toEqual(["line", "marks"]);
  });

  it("smooth a constant to itself and a step without a jump", () => {
    const flat = chartsOf(
      measured(() => ({ loss: 3 })),
      0.9,
    )[0]!.curves;
    expect(flat.map(({ style }) => style)).toEqual(["dots", "line"]);
    for (const { y } of flat[1]!.points) expect(y).toBeCloseTo(3, 12);
    const jump = chartsOf(
      measured((step) => ({ loss: step < 5 ? 0 : 1 })),
      0.5,
    )[0]!.curves[1]!;
    expect(jump.points[5]!.y).toBeCloseTo(0.5 / (1 - 0.5 ** 6), 12);
  });

  it("zoom to the latest half, and pan back by halves of it, never out of the curve", () => {
    const charts = chartsOf(
      measured((step) => ({ loss: step })),
      0,
    );
    expect(windowOf(charts, { zoom: 0, pan: 0 })).toBeUndefined();
    expect(windowOf(charts, { zoom: 1, pan: 0 })).toEqual([40, 80]);
    expect(windowOf(charts, { zoom: 2, pan: 1 })).toEqual([50, 70]);
    expect(windowOf(charts, { zoom: 1, pan: 9 })).toEqual([0, 40]);
  });
});
