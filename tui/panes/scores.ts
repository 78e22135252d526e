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

type Column = "node" | "task" | "metric" | "split" | "score" | "baseline" | "verdict" | "short";
const RIGHT: ReadonlySet<Column> = new Set(["score", "baseline"]);
/** Columns by how much room there is: that of a wide terminal first. */
const COLUMNS: readonly (readonly Column[])[] = [
  ["task", "metric", "split", "score", "baseline", "verdict"],
  ["task", "metric", "split", "score", "baseline", "short"],
  ["task", "metric", "score", "baseline", "short"],
  ["task", "metric", "score", "short"],
];
const MIN_CHART = 7;
const MAX_CHART = 14;

/** Scores beside what is reached without reading the text, those to come, and the loss of the node that is looked at. */
export function scores({ state, now, ui }: Model, node: NodeView, room: Room): Pane {
  const lines = [
    ...table(state.scores, room),
    ...pending(state.nodes, state.scores, now, room.columns),
  ];
  return {
    lines: [...lines, ...chartBelow(node, SMOOTHING[ui.smoothing] ?? 0, room, lines.length)],
  };
}

function table(scores: readonly Score[], room: Room): Line[] {
  if (scores.length === 0) return [[span("no score yet", "faint")]];
  const rows = scores.map(cells);
  const widthOf = (column: Column): number =>
    Math.max(displayWidth(titleOf(column)), ...rows.map((row) => displayWidth(row[column])));
  const fits = (columns: readonly Column[]): boolean =>
    columns.reduce((sum, column) => sum + widthOf(column) + 2, -2) <= room.columns;
  // Whose a score is has to be said where several nodes measure the same, as variants of an experiment do.
  const choices = COLUMNS.map((some) =>
    measuresAgain(scores) ? ["node" as const, ...some] : some,
  );
  const columns = choices.find(fits) ?? choices.at(-1)!;
  const widths = columns.map(widthOf);
  const line = (cell: (column: Column) => string): string =>
    columns
      .map((column, at) => pad(cell(column), widths[at]!, RIGHT.has(column) ? "right" : "left"))
      .join("  ")
      .trimEnd();
  return [
    [{ text: line(titleOf), bold: true }],
    ...scores.map((score, index) => {
      const better = beats(score);
      const tone = better === undefined ? undefined : better ? "good" : "wait";
      return cut(
        [
          span(
            line((column) => rows[index]![column]),
            tone,
          ),
        ],
        room.columns,
      );
    }),
  ];
}

function titleOf(column: Column): string {
  return column === "verdict" || column === "short" ? "" : column;
}

/** Whether a node measured what another had. */
function measuresAgain(scores: readonly Score[]): boolean {
  const nodes = new Map<string, string>();
  return scores.some(({ node, task, metric, split }) => {
    const what = JSON.stringify([task, metric, split]);
    const first = nodes.get(what) ?? node;
    nodes.set(what, first);
    return first !== node;
  });
}

function cells(score: Score): Readonly<Record<Column, string>> {
  const { node, task, metric, split, value, baseline, baselineName } = score;
  const better = beats(score);
  const short = better === undefined ? "" : better ? "✓ better" : "– not better";
  const than = baselineName === "" ? "" : `than ${baselineName}`;
  return {
    node,
    task,
    metric,
    split,
    score: formatNumber(value),
    baseline: baseline === undefined ? "–" : formatNumber(baseline),
    verdict: [short, than].filter((each) => each !== "").join(" "),
    short,
  };
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
