import { barX, ruleX, textX } from "@observablehq/plot";
import { formatSeconds } from "../../lib/format.ts";
import { truncate } from "../../lib/width.ts";
import type { GraphNode } from "../collect/graph.ts";
import { type Drawing, draw, INK, labelWidth, MOST_LETTERS } from "./draw.ts";

/** When each node ran, a bar each; a node that was cached has none. Undefined where nothing ran. */
export function timeline(nodes: readonly GraphNode[], seconds: number): Drawing | undefined {
  const ran = nodes.flatMap((node) =>
    node.start === undefined || node.seconds === undefined
      ? []
      : [{ id: node.id, from: node.start, to: node.start + node.seconds, seconds: node.seconds }],
  );
  if (ran.length === 0) return undefined;
  const order = nodes.map(({ id }) => id);
  return draw("Timeline: when each node ran and for how long; the table below has the numbers", {
    height: 60 + 22 * nodes.length,
    marginLeft: labelWidth(order),
    marginRight: 50,
    x: { label: "seconds after the run began", domain: [0, seconds], grid: true, nice: true },
    y: { domain: order, label: null, tickFormat: (name: string) => truncate(name, MOST_LETTERS) },
    marks: [
      barX(ran, {
        y: "id",
        x1: "from",
        x2: "to",
        fill: INK.ours,
        rx: 2,
        insetTop: 3,
        insetBottom: 3,
      }),
      ruleX([0]),
      textX(ran, {
        y: "id",
        x: "to",
        text: (each: { seconds: number }) => formatSeconds(each.seconds),
        textAnchor: "start",
        dx: 4,
        fill: INK.text,
      }),
      textX(
        nodes.filter(({ outcome }) => outcome === "fresh"),
        { y: "id", x: () => 0, text: () => "cached", textAnchor: "start", dx: 6, fill: INK.text },
      ),
    ],
  });
}
