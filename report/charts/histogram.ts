import { rectY, ruleX, ruleY, textX } from "@observablehq/plot";
import { shortNumber } from "../short-number.ts";
import { type Drawing, draw, INK } from "./draw.ts";

const BINS = 40;

/** How often each whole number stands, in at most some forty bars, with the median marked. */
export function histogram(
  label: string,
  counts: ReadonlyMap<number, number>,
  axes: { readonly x: string; readonly y: string },
): Drawing {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const first = sorted[0]?.[0] ?? 0;
  const last = rank(sorted, 0.995);
  const width = Math.max(1, Math.ceil((last - first + 1) / BINS));
  const bins = new Map<number, number>();
  for (const [value, count] of sorted) {
    const bin = first + Math.floor((Math.min(value, last) - first) / width) * width;
    bins.set(bin, (bins.get(bin) ?? 0) + count);
  }
  const bars = [...bins].map(([from, count]) => ({ from, to: from + width, count }));
  const middle = rank(sorted, 0.5);
  const late = middle - first > (last - first) / 2;
  return draw(label, {
    height: 220,
    x: { label: axes.x },
    y: { label: axes.y, grid: true, tickFormat: shortNumber },
    marks: [
      rectY(bars, { x1: "from", x2: "to", y: "count", fill: INK.ours, inset: 0.5 }),
      ruleY([0]),
      ruleX([middle], { stroke: INK.other, strokeWidth: 2, strokeDasharray: "4 3" }),
      textX([middle], {
        text: () => `median ${middle}`,
        frameAnchor: "top",
        textAnchor: late ? "end" : "start",
        dx: late ? -6 : 6,
        fill: INK.text,
      }),
    ],
  });
}

/** The value that a share of all counts does not exceed. */
function rank(sorted: readonly (readonly [value: number, count: number])[], share: number): number {
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= share * total) return value;
  }
  return sorted.at(-1)?.[0] ?? 0;
}
