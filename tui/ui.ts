import { exampleOf } from "./example.ts";
import { type Action, actionOf } from "./keys.ts";
import type { NodeView } from "./node-state.ts";
import type { DashboardState } from "./state.ts";

export const TABS = ["about", "charts", "scores", "log", "why", "examples"] as const;
export type Tab = (typeof TABS)[number];

/** What the user has chosen to look at; the run itself is in `DashboardState`. */
export interface Ui {
  /** Id of the node that was chosen; not looked at while `follow` is on. */
  readonly chosen: string | undefined;
  /** Whether the node that runs is looked at, and the tab that has most to show of it. */
  readonly follow: boolean;
  readonly tab: Tab | undefined;
  readonly focus: "nodes" | "detail";
  /** Whether the details fill the screen. */
  readonly open: boolean;
  /** Lines scrolled down in the details; infinite at their end. */
  readonly scroll: number;
  /** In examples: which of the node's tables, and which row of it. */
  readonly table: number;
  readonly row: number;
  readonly allLogs: boolean;
  readonly search: Search | undefined;
  readonly zoom: number;
  readonly pan: number;
  /** Index into `SMOOTHING`. */
  readonly smoothing: number;
  readonly help: boolean;
  /** Said once at the bottom, until the next key. */
  readonly message: string | undefined;
}

export interface Search {
  readonly text: string;
  readonly typing: boolean;
  /** What is looked through: the nodes' names, or the lines of the details. */
  readonly of: Ui["focus"];
}

export const SMOOTHING = [0, 0.5, 0.8, 0.9, 0.97] as const;
const MAX_ZOOM = 8;
const MAX_SEARCH = 80;

export const initialUi: Ui = {
  chosen: undefined,
  follow: true,
  tab: undefined,
  focus: "nodes",
  open: false,
  scroll: 0,
  table: 0,
  row: 0,
  allLogs: false,
  search: undefined,
  zoom: 0,
  pan: 0,
  smoothing: 0,
  help: false,
  message: undefined,
};

/** What a key leads to outside of the screen. */
export type Effect = "stop" | "copy" | "plain";

export interface Pressed {
  readonly ui: Ui;
  readonly effect?: Effect;
}

/** How long the details on show are and how much of them is seen, in lines. */
export interface Extent {
  readonly lines: number;
  readonly height: number;
}

/** The node that is looked at: chosen, or the one that runs, else the next to run, else the last. */
export function selectedNode(state: DashboardState, ui: Ui): NodeView | undefined {
  const chosen = ui.follow ? undefined : state.nodes.find(({ id }) => id === ui.chosen);
  if (chosen !== undefined) return chosen;
  const first = (...states: readonly NodeView["state"][]) =>
    state.nodes.find((node) => states.includes(node.state));
  return (
    first("running") ??
    first("failed", "stopped") ??
    first("stale", "waiting") ??
    state.nodes.at(-1)
  );
}

/** The tab on show: the chosen one, or the one that has most to show of a node. */
export function tabOf(state: DashboardState, ui: Ui, node: NodeView | undefined): Tab {
  if (ui.tab !== undefined) return ui.tab;
  if (node === undefined) return "about";
  const others = state.scores.some((score) => score.node !== node.id);
  const own = state.scores.some((score) => score.node === node.id);
  if (own || (others && Object.keys(node.series).length > 0)) return "scores";
  return Object.values(node.series).some(({ points }) => points.length > 1) ? "charts" : "about";
}

/** What is looked at after a key. */
export function press(ui: Ui, key: string, state: DashboardState, extent: Extent): Pressed {
  if (ui.search?.typing === true && key !== "ctrl-c")
    return { ui: typed(ui, ui.search.text, key, state) };
  const action = actionOf(key);
  if (action === undefined) return { ui: { ...ui, message: undefined } };
  const quiet = { ...ui, message: undefined };
  if (action === "stop" || action === "copy" || action === "plain")
    return { ui: quiet, effect: action };
  if (ui.help) return { ui: { ...quiet, help: false } };
  return { ui: act(quiet, action, state, extent) };
}

function act(
  ui: Ui,
  action: Exclude<Action, "stop" | "copy" | "plain">,
  state: DashboardState,
  extent: Extent,
): Ui {
  switch (action) {
    case "up":
      return move(ui, -1, state, extent);
    case "down":
      return move(ui, 1, state, extent);
    case "page-up":
      return page(ui, -1, state, extent);
    case "page-down":
      return page(ui, 1, state, extent);
    case "first":
      return move(ui, Number.NEGATIVE_INFINITY, state, extent);
    case "last":
      return move(ui, Number.POSITIVE_INFINITY, state, extent);
    case "previous-tab":
      return withTab(ui, TABS.at(TABS.indexOf(shownTab(ui, state)) - 1)!);
    case "next-tab":
      return withTab(ui, TABS[(TABS.indexOf(shownTab(ui, state)) + 1) % TABS.length]!);
    case "other-pane":
      return { ...ui, focus: ui.focus === "nodes" ? "detail" : "nodes", open: false };
    case "open":
      return ui.open ? closed(ui) : { ...ui, open: true, focus: "detail" };
    case "back":
      return closed({ ...ui, search: undefined });
    case "search":
      return { ...ui, search: { text: "", typing: true, of: ui.focus } };
    case "next-match":
      return found(ui, state, 1);
    case "previous-match":
      return found(ui, state, -1);
    case "follow":
      return { ...ui, follow: true, tab: undefined, scroll: 0, row: 0 };
    case "why":
      return withTab(ui, "why");
    case "examples":
      return { ...withTab(ui, "examples"), focus: "detail" };
    case "next-table":
      return { ...ui, table: ui.table + 1, row: 0, scroll: 0 };
    case "all-logs":
      return { ...withTab(ui, "log"), allLogs: !ui.allLogs };
    case "zoom-in":
      return { ...ui, zoom: Math.min(MAX_ZOOM, ui.zoom + 1), pan: ui.pan * 2 };
    case "zoom-out":
      return { ...ui, zoom: Math.max(0, ui.zoom - 1), pan: Math.floor(ui.pan / 2) };
    case "pan-back":
      return { ...ui, pan: Math.min(ui.pan + 1, 2 ** (ui.zoom + 1) - 2) };
    case "pan-forward":
      return { ...ui, pan: Math.max(0, ui.pan - 1) };
    case "smoother":
      return { ...ui, smoothing: Math.min(SMOOTHING.length - 1, ui.smoothing + 1) };
    case "rougher":
      return { ...ui, smoothing: Math.max(0, ui.smoothing - 1) };
    case "help":
      return { ...ui, help: true };
  }
}

function shownTab(ui: Ui, state: DashboardState): Tab {
  return tabOf(state, ui, selectedNode(state, ui));
}

/** A log is read from its end, all else from the top. */
function withTab(ui: Ui, tab: Tab): Ui {
  return { ...ui, tab, scroll: tab === "log" ? Number.POSITIVE_INFINITY : 0, row: 0 };
}

function closed(ui: Ui): Ui {
  return { ...ui, open: false, focus: "nodes" };
}

function move(ui: Ui, by: number, state: DashboardState, extent: Extent): Ui {
  if (ui.focus === "nodes") return chosen(ui, state, by);
  if (shownTab(ui, state) === "examples") {
    const last = (exampleOf(state, ui, selectedNode(state, ui))?.rows ?? 1) - 1;
    return { ...ui, row: Math.min(last, Math.max(0, ui.row + by)), scroll: 0 };
  }
  return scrolled(ui, by, extent);
}

/** Of a row that is longer than there is room, the rest; all else moves by as much as is seen. */
function page(ui: Ui, direction: -1 | 1, state: DashboardState, extent: Extent): Ui {
  const by = direction * Math.max(1, extent.height - 1);
  const row = ui.focus === "detail" && shownTab(ui, state) === "examples";
  return row && extent.lines > extent.height
    ? scrolled(ui, by, extent)
    : move(ui, by, state, extent);
}

function scrolled(ui: Ui, by: number, extent: Extent): Ui {
  const end = Math.max(0, extent.lines - extent.height);
  const scroll = Math.max(0, Math.min(ui.scroll, end) + by);
  return {
    ...ui,
    scroll: scroll >= end && end > 0 ? Number.POSITIVE_INFINITY : Math.min(scroll, end),
  };
}

function chosen(ui: Ui, state: DashboardState, by: number): Ui {
  const { nodes } = state;
  const at = indexOfSelected(state, ui);
  const to = Math.max(0, Math.min(nodes.length - 1, at + by));
  return choose(ui, nodes[to]?.id);
}

function indexOfSelected(state: DashboardState, ui: Ui): number {
  const selected = selectedNode(state, ui);
  return selected === undefined ? -1 : state.nodes.indexOf(selected);
}

function choose(ui: Ui, id: string | undefined): Ui {
  const scroll = ui.tab === "log" ? Number.POSITIVE_INFINITY : 0;
  return { ...ui, chosen: id, follow: false, scroll, table: 0, row: 0 };
}

function typed(ui: Ui, text: string, key: string, state: DashboardState): Ui {
  if (key === "enter")
    return { ...ui, search: text === "" ? undefined : { text, typing: false, of: ui.focus } };
  if (key === "escape") return { ...ui, search: undefined };
  const next =
    key === "backspace"
      ? [...text].slice(0, -1).join("")
      : [...key].length === 1
        ? text + key
        : text;
  const searching = {
    ...ui,
    search: { text: next.slice(0, MAX_SEARCH), typing: true, of: ui.focus },
  };
  return ui.focus === "nodes" && next !== "" ? found(searching, state, 0) : searching;
}

/** The next node whose name or stage holds what is looked for; `by` 0 begins with the chosen one. */
function found(ui: Ui, state: DashboardState, by: -1 | 0 | 1): Ui {
  const wanted = ui.search?.text.toLowerCase() ?? "";
  const { nodes } = state;
  if (wanted === "") return ui;
  const from = indexOfSelected(state, ui);
  for (let step = by === 0 ? 0 : 1; step <= nodes.length; step++) {
    const node = nodes[(from + (by < 0 ? -step : step) + nodes.length * 2) % nodes.length];
    if (node !== undefined && `${node.id} ${node.stage}`.toLowerCase().includes(wanted))
      return choose(ui, node.id);
  }
  return { ...ui, message: `no node is called ${wanted}` };
}
