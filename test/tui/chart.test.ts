import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayWidth } from "../../lib/width.ts";
import { type ChartSize, type Curve, drawChart as draw } from "../../tui/chart.ts";
import type { Point } from "../../tui/series.ts";
import { texts } from "./frame.ts";

const line = (count: number, y: (x: number) => number) =>
  Array.from({ length: count }, (_, x) => ({ x, y: y(x) }));

const curve = (points: readonly Point[]): Curve => ({ points, style: "line", tone: "accent" });

function drawChart(points: readonly Point[], size: ChartSize): string[] {
  return texts(draw([curve(points)], size));
}

describe("drawChart", () => {
  it("draws marks over lines, and of a window only what is in it", () => {
    const marked: Curve = { points: [{ x: 5, y: 0 }], style: "marks", tone: "heldout" };
    const size = { width: 25, height: 6 };
    const lines = draw([curve(line(11, (x) => x)), marked], size);
    expect(texts(lines)[3]).toMatch(/◆/);
    expect(lines[3]!.filter(({ tone }) => tone === "heldout")).toEqual([
      { text: "◆", tone: "heldout" },
    ]);
    const window = texts(draw([curve(line(11, (x) => x)), marked], size, [6, 10]));
    expect(window.join("")).not.toContain("◆");
    expect(window[0]).toMatch(/^ {5}10 ┤/);
    expect(window.at(-1)).toMatch(/^ +6 +10$/);
  });

  it("draws a falling line from the upper left to the lower right", () => {
    expect(
      drawChart(
        line(11, (x) => 10 - x),
        { width: 25, height: 6 },
      ),
    ).toEqual([
      "     10 ┤⠑⠢⢄⡀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀",
      "        │⠀⠀⠀⠈⠑⠢⢄⡀⠀⠀⠀⠀⠀⠀⠀⠀",
      "        │⠀⠀⠀⠀⠀⠀⠀⠈⠉⠒⠤⣀⠀⠀⠀⠀",
      "      0 ┤⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠉⠒⠤⣀",
      "        └────────────────",
      "         0             10",
    ]);
  });

  it("rounds a label rather than cutting it", () => {
    const chart = drawChart(
      line(2, (x) => (x === 0 ? 0.00012345 : 0.0082244)),
      { width: 25, height: 6 },
    );
    expect(chart[0]).toMatch(/^0\.00822 ┤/);
    expect(chart[3]).toMatch(/^0\.00012 ┤/);
  });

  it("draws a constant in the middle", () => {
    const chart = drawChart(
      line(2, () => 5),
      { width: 23, height: 5 },
    );
    expect(chart[1]).toBe("        │⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤");
  });

  it("draws one point as one dot", () => {
    const dots = drawChart([{ x: 7, y: 1 }], { width: 30, height: 6 })
      .join("")
      .match(/[\u2801-\u28ff]/g);
    expect(dots).toHaveLength(1);
  });

  it("joins a jump by an upright line", () => {
    const points = line(2, (x) => x);
    const rows = drawChart(points, { width: 30, height: 10 }).slice(0, 8);
    for (const row of rows) expect(row).toMatch(/[\u2801-\u28ff]/);
  });

  it("is not drawn without points or room", () => {
    expect(drawChart([], { width: 40, height: 10 })).toEqual([]);
    expect(
      drawChart(
        line(3, (x) => x),
        { width: 20, height: 10 },
      ),
    ).toEqual([]);
    expect(
      drawChart(
        line(3, (x) => x),
        { width: 40, height: 3 },
      ),
    ).toEqual([]);
  });

  it("is exactly as tall and wide as asked, whatever the numbers", () => {
    const points = fc
      .array(
        fc.record({
          x: fc.nat(1_000_000_000),
          y: fc.double({ min: -1e12, max: 1e12, noNaN: true }),
        }),
        {
          minLength: 1,
          maxLength: 50,
        },
      )
      .map((all) => all.toSorted((a, b) => a.x - b.x));
    fc.assert(
      fc.property(
        points,
        fc.integer({ min: 23, max: 160 }),
        fc.integer({ min: 4, max: 20 }),
        (all, width, height) => {
          const lines = drawChart(all, { width, height });
          expect(lines).toHaveLength(height);
          for (const drawn of lines.slice(0, -1)) expect(displayWidth(drawn)).toBe(width);
          expect(displayWidth(lines.at(-1)!)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
