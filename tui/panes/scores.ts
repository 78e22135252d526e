import { formatNumber } from "../../lib/format.ts";
import { displayWidth, pad } from "../../lib/width.ts";
import { drawChart } from "../chart.ts";
import { chartsOf } from "../curves.ts";
import { cut, type Line, span } from "../line.ts";
import type { Model } from "../model.ts";
import { nodeCells } from "../node-row.ts";
import type { NodeView } from "../node-state.ts";
import { beats, type Score } from "../score.ts";
import { SMOOTHING } from "../ui.ts";
import type { Pane, Room } from "./pane.ts";

const HEAD = ["task", "metric", "split", "score", "baseline", ""] as const;
const RIGHT = new Set([3, 4]);
const MIN_CHART = 7;
const MAX_CHART = 14;

/** Scores beside what is reached without reading the text, those to come, and the loss of the node that is looked at. */
export function scores({ state, now, ui }: Model, node: NodeView, room: Room): Pane {
  const rows = state.scores.map(cells);
  const widths = HEAD.map((name, column) =>
    Math.max(displayWidth(name), ...rows.map((row) => displayWidth(row[column]!))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => pad(cell, widths[column]!, RIGHT.has(column) ? "right" : "left"))
      .join("  ")
      .trimEnd();
  const table: Line[] =
    rows.length === 0
      ? [[span("no score yet", "faint")]]
      : [
          [{ text: line(HEAD), bold: true }],
          ...state.scores.map((score, index) => {
            const better = beats(score);
            const tone = better === undefined ? undefined : better ? "good" : "wait";
            return cut([span(line(rows[index]!), tone)], room.columns);
          }),
        ];
  const lines = [...table, ...pending(state.nodes, state.scores, now, room.columns)];
  return {
    lines: [...lines, ...chartBelow(node, SMOOTHING[ui.smoothing] ?? 0, room, lines.length)],
  };
}

function cells(score: Score): readonly string[] {
  const better = beats(score);
  const verdict = better === undefined ? "" : better ? "✓ better" : "– not better";
  const { task, metric, split, value, baseline, baselineName } = score;
  return [
    task,
    metric,
    split,
    formatNumber(value),
    baseline === undefined ? "–" : formatNumber(baseline),
    [verdict, baselineName === "" ? "" : `than ${baselineName}`]
      .filter((each) => each !== "")
      .join(" "),
  ];
}

/** Nodes that nothing reads are what the run is for: those without a score yet, and how far they are. */
function pending(
  nodes: readonly NodeView[],
  scores: readonly Score[],
  now: number,
  columns: number,
): Line[] {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const scored = new Set(scores.map(({ node }) => node));
  return nodes
    .filter(
      ({ id, state }) => !read.has(id) && !scored.has(id) && state !== "done" && state !== "fresh",
    )
    .map((node) => {
      const { done, left, state } = nodeCells(node, now);
      const facts = [state, done, left].filter((each) => each !== "").join("  ");
      return cut(
        [span(`${node.id}  `), span(facts, node.state === "running" ? "busy" : "faint")],
        columns,
      );
    });
}

function chartBelow(node: NodeView, smoothing: number, room: Room, above: number): Line[] {
  const [chart] = chartsOf(node, smoothing);
  const height = Math.min(MAX_CHART, room.lines - above - 1);
  if (chart === undefined || height < MIN_CHART) return [];
  const size = { width: Math.min(room.columns, 100), height: height - 1 };
  const drawn = drawChart(chart.curves, size);
  if (drawn.length === 0) return [];
  return [[], [{ text: `${node.id}: ${chart.title}`, bold: true }], ...drawn];
}
