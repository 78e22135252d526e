import { graphRows } from "../graph.ts";
import { cut, type Line, type Span, span, type Tone } from "../line.ts";
import type { Model } from "../model.ts";
import { nodeRows } from "../node-row.ts";
import type { NodeState } from "../node-state.ts";
import { selectedNode } from "../ui.ts";

const TONES: Readonly<Record<NodeState, Tone>> = {
  waiting: "faint",
  stale: "wait",
  running: "busy",
  fresh: "good",
  done: "good",
  failed: "bad",
  stopped: "wait",
};

/** A line a node: its place in the graph, state by symbol, word and colour, how far it is and why it runs. */
export function nodeList({ state, ui, now }: Model, columns: number, lines: number): Line[] {
  const { nodes } = state;
  if (nodes.length === 0) return [[span("waiting for the first event", "faint")]];
  const selected = selectedNode(state, ui);
  const graph = graphRows(nodes);
  const gutter = 2 + Math.max(...graph.map(({ lane, after }) => lane + after.length));
  const rows = nodeRows(nodes, now, columns - gutter);
  const [first, last] = visible(nodes.length, nodes.indexOf(selected!), lines);
  const drawn = rows.slice(first, last).map((row, at) => {
    const { before, after } = graph[first + at]!;
    const chosen = nodes[first + at] === selected;
    const tone = TONES[row.kind];
    const spans: Span[] = [
      { text: chosen ? "▸ " : "  ", tone: "accent", bold: chosen && ui.focus === "nodes" },
      span(before, "faint"),
      span(row.symbol, tone),
      span(after, "faint"),
      { text: ` ${row.name}`, bold: chosen },
      span("  "),
      span(row.state, tone),
      span(row.rest === "" ? "" : `  ${row.rest}`),
      span(row.why === "" ? "" : `  ${row.why}`, "faint"),
    ];
    return cut(spans, columns);
  });
  const hidden = nodes.length - drawn.length;
  if (hidden === 0 || lines < 3) return drawn;
  const where = [
    first > 0 ? `${first} above` : "",
    last < nodes.length ? `${nodes.length - last} below` : "",
  ];
  return [...drawn, [span(`  … ${where.filter((each) => each !== "").join(", ")}`, "faint")]];
}

/** Which of `count` nodes are shown in so many lines: those around the one that is looked at. */
function visible(count: number, at: number, lines: number): [first: number, last: number] {
  if (count <= lines) return [0, count];
  const shown = Math.max(1, lines < 3 ? lines : lines - 1);
  const first = Math.max(0, Math.min(at - Math.floor(shown / 2), count - shown));
  return [first, first + shown];
}
