import {
  describeReasons,
  type NodeFailed,
  type NodeFinished,
  type NodeMetric,
  type NodePlanned,
  type NodeProgress,
  type RunEvent,
  type RunFinished,
  type RunStarted,
} from "../engine/index.ts";
import { noRate, observe, type Rate } from "../lib/rate.ts";
import { sanitize } from "../lib/sanitize.ts";
import { addPoint, emptySeries, type Series } from "./series.ts";

/** What the dashboard shows, made from nothing but events; every string in it is safe to show. */
export interface DashboardState {
  readonly pipeline: string;
  /** Time of the first event, ms. */
  readonly startedAt: number | undefined;
  /** In the order in which they can run. */
  readonly nodes: readonly NodeView[];
  /** Latest last, at most `LOG_LINES`. */
  readonly log: readonly LogLine[];
  readonly finished: { readonly state: RunFinished["state"]; readonly seconds: number } | undefined;
}

export interface NodeView {
  readonly id: string;
  readonly state: NodeState;
  /** Why it runs, or is as it is, in a few words. */
  readonly why: string;
  readonly partitions: Partitions | undefined;
  readonly progress: Progress | undefined;
  /** The latest value of each metric. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly step: number;
  readonly series: Readonly<Record<string, Series>>;
  /** ms; undefined before it runs. */
  readonly startedAt: number | undefined;
  /** How long it took; undefined while it runs. */
  readonly seconds: number | undefined;
  /** Rows of all its outputs together, once it is finished. */
  readonly rows: number | undefined;
}

export type NodeState = "waiting" | "stale" | "running" | "fresh" | "done" | "failed";

export interface Partitions {
  readonly total: number;
  readonly finished: number;
  readonly reused: number;
}

export interface Progress {
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
  readonly rate: Rate;
}

export interface LogLine {
  /** Counts from 0 over the whole run. */
  readonly number: number;
  readonly time: number;
  readonly node: string;
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}

const LOG_LINES = 200;

export const emptyDashboard: DashboardState = {
  pipeline: "",
  startedAt: undefined,
  nodes: [],
  log: [],
  finished: undefined,
};

/** The dashboard after one more event. */
export function reduce(state: DashboardState, event: RunEvent): DashboardState {
  switch (event.type) {
    case "run-started":
      return start(event, event.time);
    case "run-finished":
      return { ...state, finished: { state: event.state, seconds: event.seconds } };
    case "node-planned":
      return update(state, event.node, (node) => planned(node, event));
    case "node-started":
      return update(state, event.node, (node) => ({
        ...node,
        state: "running",
        startedAt: event.time,
        partitions: { total: event.partitions, finished: event.reused, reused: event.reused },
      }));
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
      return state;
  }
}

/** The dashboard after something outside of the events was printed, such as a library's warning. */
export function note(state: DashboardState, time: number, text: string): DashboardState {
  return logged(state, time, "", "info", text);
}

function start(event: RunStarted, time: number): DashboardState {
  const nodes = event.nodes.map((node): NodeView => {
    return {
      id: sanitize(node.id),
      state: "waiting",
      why: "",
      partitions: undefined,
      progress: undefined,
      metrics: {},
      step: 0,
      series: {},
      startedAt: undefined,
      seconds: undefined,
      rows: undefined,
    };
  });
  return { ...emptyDashboard, pipeline: sanitize(event.pipeline), startedAt: time, nodes };
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

function planned(node: NodeView, event: NodePlanned): NodeView {
  const fresh = event.state === "fresh";
  const why = fresh
    ? `same fingerprint ${event.fingerprint.slice(0, 12)}`
    : describeReasons(event.why);
  return { ...node, state: fresh ? "fresh" : "stale", why: sanitize(why) };
}

function onePartitionMore(node: NodeView): NodeView {
  if (node.partitions === undefined) return node;
  const finished = Math.min(node.partitions.total, node.partitions.finished + 1);
  return { ...node, partitions: { ...node.partitions, finished } };
}

function progressed(node: NodeView, event: NodeProgress, time: number): NodeView {
  const rate = observe(node.progress?.rate ?? noRate, time, event.done);
  const { done, total } = event;
  return { ...node, progress: { done, total, unit: sanitize(event.unit), rate } };
}

function measured(node: NodeView, event: NodeMetric): NodeView {
  const metrics = { ...node.metrics };
  const series = { ...node.series };
  for (const [name, value] of Object.entries(event.values)) {
    const safe = sanitize(name);
    metrics[safe] = value;
    series[safe] = addPoint(series[safe] ?? emptySeries, event.step, value);
  }
  return { ...node, metrics, series, step: event.step };
}

function finished(node: NodeView, event: NodeFinished): NodeView {
  const rows = Object.values(event.outputs).reduce((sum, output) => sum + output.rows, 0);
  const state = event.how === "fresh" ? "fresh" : "done";
  return { ...node, state, seconds: event.seconds, rows };
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
  return { ...state, log: [...state.log.slice(1 - LOG_LINES), line] };
}
