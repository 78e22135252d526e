import {
  describeReason,
  describeReasons,
  type NodeFinished,
  type NodeMetric,
  type NodePlanned,
  type NodeProgress,
  type NodeStarted,
  type RunStarted,
} from "../engine/index.ts";
import { noRate, observe, perSecond, type Rate } from "../lib/rate.ts";
import { sanitize } from "../lib/sanitize.ts";
import { addPoint, emptySeries, type Series } from "./series.ts";
import { flatten, type Setting } from "./setting.ts";

/** All that the dashboard knows of a node; every string in it is safe to show. */
export interface NodeView {
  readonly id: string;
  readonly stage: string;
  /** Ids of the nodes that it reads. */
  readonly inputs: readonly string[];
  readonly params: readonly Setting[];
  readonly state: NodeState;
  /** Why it runs, or is as it is, in a few words. */
  readonly why: string;
  /** Each difference from its last artifact. */
  readonly reasons: readonly string[];
  readonly fingerprint: string;
  readonly partitions: Partitions | undefined;
  readonly progress: Progress | undefined;
  /** Units a second over the seconds since it began. */
  readonly throughput: Series;
  /** The latest value of each metric. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly step: number;
  readonly series: Readonly<Record<string, Series>>;
  /** ms; undefined before it runs. */
  readonly startedAt: number | undefined;
  /** How long it took; undefined while it runs. */
  readonly seconds: number | undefined;
  /** What it wrote, once it is finished. */
  readonly outputs: readonly OutputView[];
  /** Folder of its artifact; empty before there is one. */
  readonly folder: string;
}

/** `stopped`: it was begun and the run ended before it did. */
export type NodeState = "waiting" | "stale" | "running" | "fresh" | "done" | "failed" | "stopped";

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

export interface OutputView {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly parts: number;
}

/** Points of throughput are taken at most this often, in seconds, so that short pauses do not look like stops. */
const THROUGHPUT_SECONDS = 0.5;

export function waiting(node: RunStarted["nodes"][number]): NodeView {
  return {
    id: sanitize(node.id),
    stage: sanitize(node.stage),
    inputs: node.inputs.map(sanitize),
    params: flatten(node.params),
    state: "waiting",
    why: "",
    reasons: [],
    fingerprint: "",
    partitions: undefined,
    progress: undefined,
    throughput: emptySeries,
    metrics: {},
    step: 0,
    series: {},
    startedAt: undefined,
    seconds: undefined,
    outputs: [],
    folder: "",
  };
}

export function planned(node: NodeView, event: NodePlanned): NodeView {
  const fresh = event.state === "fresh";
  const fingerprint = sanitize(event.fingerprint).slice(0, 12);
  const why = fresh ? `same fingerprint ${fingerprint}` : sanitize(describeReasons(event.why));
  const reasons = event.why.map((reason) => sanitize(describeReason(reason)));
  return { ...node, state: fresh ? "fresh" : "stale", why, reasons, fingerprint };
}

export function begun(node: NodeView, event: NodeStarted, time: number): NodeView {
  const { partitions: total, reused } = event;
  return {
    ...node,
    state: "running",
    startedAt: time,
    seconds: undefined,
    partitions: { total, finished: reused, reused },
  };
}

export function onePartitionMore(node: NodeView): NodeView {
  if (node.partitions === undefined) return node;
  const finished = Math.min(node.partitions.total, node.partitions.finished + 1);
  return { ...node, partitions: { ...node.partitions, finished } };
}

export function progressed(node: NodeView, event: NodeProgress, time: number): NodeView {
  const rate = observe(node.progress?.rate ?? noRate, time, event.done);
  const { done, total } = event;
  const progress = { done, total, unit: sanitize(event.unit), rate };
  return { ...node, progress, throughput: throughput(node, rate, time) };
}

function throughput(node: NodeView, rate: Rate, time: number): Series {
  const speed = perSecond(rate);
  const seconds = (time - (node.startedAt ?? time)) / 1000;
  const last = node.throughput.points.at(-1);
  if (speed === undefined || (last !== undefined && seconds - last.x < THROUGHPUT_SECONDS))
    return node.throughput;
  return addPoint(node.throughput, seconds, speed);
}

export function measured(node: NodeView, event: NodeMetric): NodeView {
  const metrics = { ...node.metrics };
  const series = { ...node.series };
  for (const [name, value] of Object.entries(event.values)) {
    const safe = sanitize(name);
    metrics[safe] = value;
    series[safe] = addPoint(series[safe] ?? emptySeries, event.step, value);
  }
  return { ...node, metrics, series, step: event.step };
}

export function finished(node: NodeView, event: NodeFinished): NodeView {
  return {
    ...node,
    state: event.how === "fresh" ? "fresh" : "done",
    seconds: event.seconds,
    fingerprint: sanitize(event.fingerprint).slice(0, 12),
    folder: sanitize(event.folder),
    outputs: Object.entries(event.outputs).map(([name, { rows, bytes, parts }]) => {
      return { name: sanitize(name), rows, bytes, parts };
    }),
  };
}

/** A node when the run is over: what still ran was stopped. */
export function over(node: NodeView, time: number): NodeView {
  if (node.state !== "running") return node;
  return { ...node, state: "stopped", seconds: (time - node.startedAt!) / 1000 };
}
