import { apart, type Line, type Span, span } from "../line.ts";
import type { Model } from "../model.ts";
import type { NodeView } from "../node-state.ts";
import { type Extent, selectedNode, TABS, type Tab, tabOf } from "../ui.ts";
import { about } from "./about.ts";
import { charts } from "./charts.ts";
import { examples } from "./examples.ts";
import { log } from "./log.ts";
import type { Pane, Room } from "./pane.ts";
import { scores } from "./scores.ts";
import { why } from "./why.ts";

/** Below this tabs stand closer. */
const NARROW = 80;

/** The details of the node that is looked at: a line of tabs, and what of the tab is in sight. */
export interface Detail {
  readonly title: Line;
  readonly lines: readonly Line[];
  readonly extent: Extent;
}

export function detail(model: Model, room: Room): Detail {
  const { state, ui } = model;
  const node = selectedNode(state, ui);
  if (node === undefined) return { title: [], lines: [], extent: { lines: 0, height: room.lines } };
  const tab = tabOf(state, ui, node);
  const pane = paneOf(tab, model, node, room);
  const total = pane.total ?? pane.lines.length;
  const wanted = ui.search?.of === "detail" ? ui.search.text.toLowerCase() : "";
  const lines = wanted === "" ? pane.lines : pane.lines.filter((line) => holds(line, wanted));
  const end = Math.max(0, lines.length - room.lines);
  const top = pane.total === undefined ? Math.min(ui.scroll, end) : 0;
  const extent = { lines: wanted === "" ? total : lines.length, height: room.lines };
  return {
    title: titleLine(node, tab, ui.focus === "detail", position(extent, ui.scroll), room.columns),
    lines: lines.slice(top, top + room.lines),
    extent,
  };
}

function paneOf(tab: Tab, model: Model, node: NodeView, room: Room): Pane {
  switch (tab) {
    case "about":
      return about(model, node, room);
    case "charts":
      return charts(model, node, room);
    case "scores":
      return scores(model, node, room);
    case "log":
      return log(model, node, room);
    case "why":
      return why(node, room);
    case "examples":
      return examples(model, node, room);
  }
}

function titleLine(
  { id }: NodeView,
  tab: Tab,
  focused: boolean,
  where: string,
  columns: number,
): Line {
  const gap = columns < NARROW ? "" : " ";
  const tabs = TABS.flatMap((each): Span[] =>
    each === tab
      ? [span(" "), { text: `[${each}]`, tone: "accent", bold: true }]
      : [span(`${gap} ${each}`, "faint")],
  );
  const rule = span(focused ? "▸ " : "── ", focused ? "accent" : "faint");
  return apart(
    [rule, { text: id, bold: true }, span(" "), ...tabs],
    [span(where, "faint")],
    columns,
  );
}

/** How far down one is, where not all is in sight. */
function position({ lines, height }: Extent, scroll: number): string {
  if (lines <= height) return "";
  const last = Math.min(lines, Math.min(scroll, lines - height) + height);
  return `${last}/${lines}${last < lines ? " ↓" : ""}`;
}

function holds(line: Line, wanted: string): boolean {
  return line
    .map(({ text }) => text)
    .join("")
    .toLowerCase()
    .includes(wanted);
}
