import { dot, line, ruleY } from "@observablehq/plot";
import type { Curve } from "../collect/training.ts";
import { shortNumber } from "../short-number.ts";
import { type Drawing, draw, INK } from "./draw.ts";

/** A curve as it is printed and shown where no script runs. */
export function curveChart(title: string, { train, heldout, baseline }: Curve): Drawing {
  return draw(`${title} over the steps of training`, {
    height: 220,
    marginLeft: 58,
    x: { label: "step", tickFormat: shortNumber },
    y: { label: null, grid: true, nice: true, zero: false, tickFormat: shortNumber },
    marks: [
      ...(baseline === undefined
        ? []
        : [ruleY([baseline], { stroke: INK.third, strokeDasharray: "6 4", strokeWidth: 1.5 })]),
      line(train, { x: "0", y: "1", stroke: INK.ours, strokeWidth: 1.5 }),
      line(heldout, { x: "0", y: "1", stroke: INK.other, strokeWidth: 1.5 }),
      dot(heldout, { x: "0", y: "1", fill: INK.other, r: 3 }),
    ],
  });
}
