import { formatCount, formatInteger, formatNumber } from "../../lib/format.ts";
import { drawChart, type Range } from "../chart.ts";
import { type ChartView, chartsOf, windowOf } from "../curves.ts";
import { cut, filled, type Line, span } from "../line.ts";
import type { Model } from "../model.ts";
import type { NodeView } from "../node-state.ts";
import { SMOOTHING } from "../ui.ts";
import type { Pane, Room } from "./pane.ts";

const MIN_WIDTH = 40;
/** A title, four lines of dots at least, the axis and its labels. */
const MIN_HEIGHT = 7;
const MAX_HEIGHT = 16;
const GAP = 2;

/** A node's metrics over its steps, as many charts as there is room for; the rest by scrolling. */
export function charts({ ui }: Model, node: NodeView, room: Room): Pane {
  const smoothing = SMOOTHING[ui.smoothing] ?? 0;
  const all = chartsOf(node, smoothing);
  if (all.length === 0) return { lines: [[span("nothing was measured yet", "faint")]] };
  const range = windowOf(all, ui);
  const across = Math.min(
    all.length,
    Math.max(1, Math.floor((room.columns + GAP) / (MIN_WIDTH + GAP))),
  );
  const down = Math.ceil(all.length / across);
  const free = room.lines - 1;
  const fitting = Math.max(1, Math.min(down, Math.floor(free / MIN_HEIGHT)));
  const height = Math.min(MAX_HEIGHT, Math.floor(free / fitting));
  const width = Math.floor((room.columns + GAP) / across) - GAP;
  const top = Math.min(Math.max(0, down - fitting), ui.scroll);
  const rows = Array.from({ length: fitting }, (_, row) => {
    const some = all.slice((top + row) * across, (top + row + 1) * across);
    return beside(
      some.map((chart) => drawn(chart, width, height, range)),
      width,
    );
  });
  return {
    lines: [looks(node, ui, smoothing, all.some(hasHeldout)), ...rows.flat()],
    total: down - fitting + room.lines,
  };
}

function hasHeldout({ heldout }: ChartView): boolean {
  return heldout !== undefined;
}

function drawn(chart: ChartView, width: number, height: number, range: Range | undefined): Line[] {
  const { title, value, heldout, curves } = chart;
  const name = cut(
    [
      { text: title, bold: true },
      span(value === undefined ? "" : `  ${valueText(value)}`, "accent"),
      span(heldout === undefined ? "" : `  ◆ ${valueText(heldout)}`, "heldout"),
    ],
    width,
  );
  return [name, ...drawChart(curves, { width, height: height - 1 }, range)];
}

function valueText(value: number): string {
  return Math.abs(value) < 1e6 ? formatNumber(value) : formatCount(value);
}

function looks(node: NodeView, ui: Model["ui"], smoothing: number, heldout: boolean): Line {
  const zoom =
    ui.zoom === 0 ? "all steps" : `zoom ×${2 ** ui.zoom}${ui.pan > 0 ? ", earlier" : ""}`;
  const smooth = smoothing === 0 ? "not smoothed" : `smoothed by ${smoothing}`;
  const step = `step ${formatInteger(node.step)}   `;
  const keys = `${zoom} (+ - < >)   ${smooth} ([ ])`;
  return heldout
    ? [span(step, "faint"), span("◆ held out", "heldout"), span(`   ${keys}`, "faint")]
    : [span(step + keys, "faint")];
}

function beside(blocks: readonly (readonly Line[])[], width: number): Line[] {
  const height = Math.max(...blocks.map((block) => block.length));
  return Array.from({ length: height }, (_, row) =>
    blocks.flatMap((block, index) => [
      ...(index === 0 ? [] : [{ text: " ".repeat(GAP) }]),
      ...filled(block[row] ?? [], width),
    ]),
  );
}
