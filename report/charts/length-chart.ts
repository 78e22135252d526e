import { dot, link, ruleX, text } from "@observablehq/plot";
import { formatNumber } from "../../lib/format.ts";
import { lengthRange } from "../../lib/length-groups.ts";
import type { ScoreByLength } from "../collect/lengths.ts";
import { type Drawing, draw, INK, labelWidth } from "./draw.ts";

/** A score of each group of lengths as a dot with what chance may do to it, beside the score over all. */
export function lengthChart({ measure, mean, groups }: ScoreByLength): Drawing {
  const rows = groups.map((group) => ({
    name: lengthRange(group),
    mean: group.mean,
    low: Math.max(0, group.mean - group.error),
    high: group.mean + group.error,
    text: formatNumber(group.mean),
  }));
  const most = measure === "share right" ? 1 : Math.max(...rows.map(({ high }) => high));
  const shown = rows.map((row) => ({ ...row, high: Math.min(most, row.high) }));
  const said = rows.map(({ name, text }) => `${name} pieces ${text}`).join(", ");
  return draw(`By length: ${measure} of examples of ${said}; of all ${formatNumber(mean)}`, {
    height: 50 + 26 * rows.length,
    marginLeft: labelWidth(["pieces", ...rows.map(({ name }) => name)]),
    marginRight: 56,
    x: { label: measure, domain: [0, most || 1], grid: true },
    y: { domain: rows.map(({ name }) => name), label: "pieces", labelAnchor: "top" },
    marks: [
      ruleX([0]),
      ruleX([mean], { stroke: INK.other, strokeWidth: 1.5, strokeDasharray: "4 3" }),
      link(shown, { y: "name", x1: "low", x2: "high", stroke: INK.faint, strokeWidth: 3 }),
      dot(shown, { y: "name", x: "mean", fill: INK.ours, r: 4 }),
      text(shown, {
        y: "name",
        frameAnchor: "right",
        textAnchor: "start",
        dx: 12,
        text: "text",
        fill: INK.text,
      }),
    ],
  });
}
