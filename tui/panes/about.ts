import { formatBytes, formatCount, formatInteger, formatSeconds } from "../../lib/format.ts";
import { pad, truncate, wrap } from "../../lib/width.ts";
import { drawChart } from "../chart.ts";
import { type Line, type Span, span } from "../line.ts";
import type { Model } from "../model.ts";
import { nodeCells } from "../node-row.ts";
import type { NodeView, OutputView } from "../node-state.ts";
import type { Pane, Room } from "./pane.ts";

const LABEL = 8;
const THROUGHPUT_LINES = 6;
const BAR = 24;
/** With fewer lines the parameters are worth more than a chart. */
const ENOUGH = 11;

/** What a node is: how far, why, what it reads and writes, how fast it went, its parameters. */
export function about({ state, now }: Model, node: NodeView, room: Room): Pane {
  const { columns } = room;
  const { done, rate, left, elapsed } = nodeCells(node, now);
  const text = (label: string, value: string): Line[] => labelled(label, value, columns);
  const facts = [node.state, done, rate, left, elapsed].filter((each) => each !== "").join("   ");
  const stage = node.stage === node.id ? "" : `   stage ${node.stage}`;
  const lines: Line[] = [
    ...text("state", `${facts}${stage}`),
    ...progressBar(node),
    ...(node.why === "" ? [] : text("why", node.why)),
    ...(node.inputs.length === 0 ? [] : text("reads", reads(state.nodes, node))),
    ...node.outputs.flatMap((output, index) => text(index === 0 ? "writes" : "", written(output))),
    ...(node.folder === "" ? [] : text("in", node.folder)),
    ...(room.lines < ENOUGH ? [] : throughput(node, columns)),
    ...parameters(node, columns),
  ];
  return { lines };
}

function labelled(label: string, value: string, columns: number): Line[] {
  return wrap(value, Math.max(20, columns - LABEL)).map((line, index) => [
    span(pad(index === 0 ? label : "", LABEL), "faint"),
    span(truncate(line, columns - LABEL)),
  ]);
}

function progressBar({ progress, state }: NodeView): Line[] {
  if (state !== "running" || progress === undefined || !progress.total) return [];
  const share = Math.max(0, Math.min(1, progress.done / progress.total));
  const full = Math.round(share * BAR);
  return [
    [
      span(pad("", LABEL)),
      span("█".repeat(full), "busy"),
      span("░".repeat(BAR - full), "faint"),
      span(` ${Math.floor(share * 100)} %`),
    ],
  ];
}

function reads(nodes: readonly NodeView[], { inputs }: NodeView): string {
  const named = inputs.map((id) => {
    const rows = nodes
      .find((node) => node.id === id)
      ?.outputs.reduce((sum, each) => sum + each.rows, 0);
    return rows === undefined || rows === 0 ? id : `${id} (${formatCount(rows)} rows)`;
  });
  return named.join(", ");
}

function written({ name, rows, bytes, parts }: OutputView): string {
  const files = `${formatInteger(parts)} ${parts === 1 ? "file" : "files"}`;
  const counted = rows === 0 ? [] : [`${formatInteger(rows)} rows`];
  return [name, ...counted, formatBytes(bytes), files].join("   ");
}

function throughput({ throughput: { points }, progress }: NodeView, columns: number): Line[] {
  if (points.length < 2) return [];
  const size = { width: Math.min(columns, 100), height: THROUGHPUT_LINES };
  const chart = drawChart([{ points, style: "line", tone: "accent" }], size);
  if (chart.length === 0) return [];
  const end = formatSeconds(points.at(-1)!.x);
  return [
    [],
    [{ text: `${progress?.unit ?? "units"} a second`, bold: true }, span(`  over ${end}`, "faint")],
    ...chart,
  ];
}

function parameters({ params }: NodeView, columns: number): Line[] {
  if (params.length === 0) return [];
  const width = Math.min(34, Math.max(...params.map(({ path }) => path.length)));
  return [
    [],
    [{ text: "parameters", bold: true }],
    ...params.map(({ path, value }): Span[] => [
      span(`${pad(truncate(path, width), width)}  `, "faint"),
      span(truncate(value, Math.max(8, columns - width - 2))),
    ]),
  ];
}
