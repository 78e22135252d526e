import { describe, expect, it } from "vitest";
import { addPoint, emptySeries, type Series } from "../../tui/series.ts";

function seriesOf(count: number, y: (x: number) => number): Series {
  let series = emptySeries;
  for (let x = 0; x < count; x++) series = addPoint(series, x, y(x));
  return series;
}

describe("series", () => {
  it("keeps every point of a short curve", () => {
    expect(seriesOf(5, (x) => 2 * x).points).toEqual([0, 1, 2, 3, 4].map((x) => ({ x, y: 2 * x })));
  });

  it.each([1024, 1025, 2048, 5000, 20_000])(
    "is bounded and true to a line of %i points",
    (count) => {
      const { points } = seriesOf(count, (x) => 3 * x + 1);
      expect(points.length).toBeLessThanOrEqual(1024);
      expect(points.length).toBeGreaterThanOrEqual(Math.min(count, 512));
      for (const [index, { x, y }] of points.entries()) {
        expect(y).toBeCloseTo(3 * x + 1, 6);
        if (index > 0) expect(x).toBeGreaterThan(points[index - 1]!.x);
      }
      expect(points.at(-1)!.x).toBeGreaterThan(count * 0.98 - 1);
    },
  );

  it("averages noise instead of picking from it", () => {
    const { points } = seriesOf(8192, (x) => (x % 2 === 0 ? 1 : -1));
    for (const { y } of points) expect(Math.abs(y)).toBeLessThan(1e-9);
  });

  it("leaves out what is not a number", () => {
    expect(addPoint(addPoint(emptySeries, 1, Number.NaN), 2, Number.POSITIVE_INFINITY)).toEqual(
      emptySeries,
    );
  });
});
