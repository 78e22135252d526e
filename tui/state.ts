import type { NodeFailed, NodeLog, RunEvent, RunFinished, RunStarted } from "../engine/index.ts";
import { sanitize } from "../lib/sanitize.ts";
import {
  begun,
  finished,
  measured,
  type NodeView,
  onePartitionMore,
  over,
  planned,
  progressed,
  waiting,
} from "./node-state.ts";
import { type Score, scoreOf, type TableRow } from "./score.ts";

/** What the dashboard shows of a run, made from nothing but events; every string in it is safe to show. */
export interface DashboardState {
  readonly pipeline: string;
  readonly run: string;
  /** Folder of the store; empty before the first event. */
  readonly store: string;
  /** The process that runs it. */
  readonly pid: number | undefined;
  /** Time of the first event, ms. */
  readonly startedAt: number | undefined;
  /** Time of the latest event, ms. */
  readonly latest: number | undefined;
  /** In an order in which they can run. */
  readonly nodes: readonly NodeView[];
  readonly scores: readonly Score[];
  /** Latest last, at most `LOG_LINES`. */
  readonly log: readonly LogLine[];
  /** Warnings in all. */
  readonly warnings: number;
  readonly finished: { readonly state: RunFinished["state"]; readonly seconds: number } | undefined;
}

export interface LogLine {
  /** Counts from 0 over the whole run. */
  readonly number: number;
  readonly time: number;
  /** Empty for what no node said, such as a library's warning. */
  readonly node: string;
  readonly level: NodeLog["level"] | "error";
  readonly message: string;
}

const LOG_LINES = 500;
const MAX_SCORES = 500;

export const emptyDashboard: DashboardState = {
  pipeline: "",
  run: "",
  store: "",
  pid: undefined,
  startedAt: undefined,
  latest: undefined,
  nodes: [],
  scores: [],
  log: [],
  warnings: 0,
  finished: undefined,
};

/** The dashboard after one more event. */
export function reduce(state: DashboardState, event: RunEvent): DashboardState {
  return { ...after(state, event), latest: event.time };
}

function after(state: DashboardState, event: RunEvent): DashboardState {
  switch (event.type) {
    case "run-started":
      return start(event, event.run, event.time);
    case "run-finished":
      return {
        ...state,
        nodes: state.nodes.map((node) => over(node, event.time)),
        finished: { state: event.state, seconds: event.seconds },
      };
    case "node-planned":
      return update(state, event.node, (node) => planned(node, event));
    case "node-started":
      return update(withoutScores(state, event.node), event.node, (node) =>
        begun(node, event, event.time),
      );
    case "partition-finished":
      return update(state, event.node, onePartitionMore);
    case "node-progress":
      return update(state, event.node, (node) => progressed(node, event, event.time));
    case "node-metric":
      return update(state, event.node, (node) => measured(node, event));
    case "node-finished":
      return update(state, event.node, (node) => finished(node, event));
    case "node-failed":
      return failed(state, event, event.time);
    case "node-log":
      return logged(state, event.time, event.node, event.level, event.message);
    case "node-row":
      return withRows(state, event.node, [event.row]);
  }
}

/** The dashboard after something outside of the events was printed, such as a library's warning. */
export function note(state: DashboardState, time: number, text: string): DashboardState {
  return logged(state, time, "", "info", text);
}

/** The dashboard with the scores among the rows of a node's table, such as one that was found and not made. */
export function withRows(
  state: DashboardState,
  id: string,
  rows: readonly TableRow[],
): DashboardState {
  const node = sanitize(id);
  const scores = rows.flatMap((row) => scoreOf(node, row) ?? []);
  if (scores.length === 0) return state;
  return { ...state, scores: [...state.scores, ...scores].slice(-MAX_SCORES) };
}

function withoutScores(state: DashboardState, id: string): DashboardState {
  const node = sanitize(id);
  return { ...state, scores: state.scores.filter((score) => score.node !== node) };
}

function start(event: RunStarted, run: string, time: number): DashboardState {
  return {
    ...emptyDashboard,
    pipeline: sanitize(event.pipeline),
    run: sanitize(run),
    store: sanitize(event.store),
    pid: event.pid,
    startedAt: time,
    nodes: event.nodes.map(waiting),
  };
}

function update(
  state: DashboardState,
  id: string,
  change: (node: NodeView) => NodeView,
): DashboardState {
  const safe = sanitize(id);
  return {
    ...state,
    nodes: state.nodes.map((node) => (node.id === safe ? change(node) : node)),
  };
}

function failed(state: DashboardState, event: NodeFailed, time: number): DashboardState {
  const marked = update(state, event.node, (node) => ({
    ...node,
    state: "failed",
    why: sanitize(event.error.message),
    seconds: node.startedAt === undefined ? undefined : (time - node.startedAt) / 1000,
  }));
  return logged(marked, time, event.node, "error", event.error.message);
}

function logged(
  state: DashboardState,
  time: number,
  node: string,
  level: LogLine["level"],
  message: string,
): DashboardState {
  const number = (state.log.at(-1)?.number ?? -1) + 1;
  const line = { number, time, node: sanitize(node), level, message: sanitize(message) };
  const warnings = state.warnings + (level === "warn" ? 1 : 0);
  return { ...state, warnings, log: [...state.log.slice(1 - LOG_LINES), line] };
}
