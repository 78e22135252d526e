import { dot, link, ruleX, tickX } from "@observablehq/plot";
import { truncate } from "../../lib/width.ts";
import type { Score } from "../collect/scores.ts";
import { type Drawing, draw, INK, labelWidth, MOST_LETTERS } from "./draw.ts";

/** Scores between 0 and 1, or -1 and 1, as dots beside their baselines. Undefined where there is none of that kind. */
export function scoreChart(scores: readonly Score[]): Drawing | undefined {
  const shown = scores
    .filter(
      ({ values, better }) => better === "higher" && values.every((each) => Math.abs(each) <= 1),
    )
    .map((score) => ({ ...score, name: nameOf(score, scores) }));
  if (shown.length === 0) return undefined;
  const runs = shown.flatMap(({ name, values }) => values.map((value) => ({ name, value })));
  const based = shown.filter(({ baseline }) => baseline !== undefined);
  const least = Math.min(
    0,
    ...runs.map(({ value }) => value),
    ...based.map((each) => each.baseline!),
  );
  return draw("Scores as dots beside their baselines as strokes; the table above has the numbers", {
    height: 50 + 26 * shown.length,
    marginLeft: labelWidth(shown.map(({ name }) => name)),
    x: { label: "score", domain: [least, 1], grid: true },
    y: {
      domain: shown.map(({ name }) => name),
      label: null,
      tickFormat: (name: string) => truncate(name, MOST_LETTERS),
    },
    marks: [
      ruleX([0]),
      link(based, {
        y: "name",
        x1: "baseline",
        x2: "median",
        stroke: INK.faint,
        strokeWidth: 3,
      }),
      tickX(based, { y: "name", x: "baseline", stroke: INK.other, strokeWidth: 3 }),
      dot(runs, { y: "name", x: "value", fill: INK.ours, r: 4 }),
    ],
  });
}

/** With the split only where a task has several. */
function nameOf({ task, metric, split }: Score, all: readonly Score[]): string {
  const splits = all.filter((other) => other.task === task && other.metric === metric);
  return splits.length > 1 ? `${task} ${metric} ${split}` : `${task} ${metric}`;
}
