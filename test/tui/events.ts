import type { EventBody, RunEvent } from "../../engine/index.ts";
import { type DashboardState, emptyDashboard, reduce } from "../../tui/state.ts";

/** Seconds into a run, and what happened then. */
export type Told = readonly [seconds: number, event: EventBody];

/** A run of five nodes, told until the middle of training. */
export const halfway: readonly Told[] = [
  [0, started("albert-tiny", ["ingest", "vocab", "sop-pairs", "train", "eval"])],
  [0.1, planned("ingest", "fresh")],
  [0.1, { ...ended("ingest", 3, 233), how: "fresh" }],
  [
    0.2,
    {
      ...planned("vocab", "stale"),
      why: [{ field: "params", name: "size", was: "8000", is: "6000" }],
    },
  ],
  [0.2, { type: "node-started", node: "vocab", partitions: 1, reused: 0 }],
  [1.2, ended("vocab", 1, 6000)],
  [
    1.3,
    {
      ...planned("sop-pairs", "stale"),
      why: [{ field: "input", name: "vocab", was: "a", is: "b" }],
    },
  ],
  [1.3, { type: "node-started", node: "sop-pairs", partitions: 32, reused: 30 }],
  [2.3, partition("sop-pairs")],
  [3.3, partition("sop-pairs")],
  [3.4, ended("sop-pairs", 2.1, 15_330)],
  [3.5, { ...planned("train", "stale"), why: [{ field: "never-run", name: "" }] }],
  [3.5, { type: "node-started", node: "train", partitions: 1, reused: 0 }],
  [4, { type: "node-log", node: "train", level: "info", message: "784,770 parameters" }],
  ...Array.from({ length: 20 }, (_, index): Told[] => [
    [
      4 + index,
      { type: "node-progress", node: "train", done: index * 10, total: 400, unit: "steps" },
    ],
    [
      4 + index,
      {
        type: "node-metric",
        node: "train",
        step: index * 10,
        values: { learning_rate: 0.001, masked_lm_loss: 6 + 3 * 0.9 ** index },
      },
    ],
  ]).flat(),
];

export function started(pipeline: string, nodes: readonly string[]): EventBody {
  return {
    type: "run-started",
    pipeline,
    seed: 42,
    jobs: 2,
    pid: 1,
    store: "/store",
    nodes: nodes.map((id) => ({ id, stage: id, inputs: [], params: {} })),
  };
}

export function planned(node: string, state: "fresh" | "stale") {
  return { type: "node-planned", node, state, fingerprint: "3f2a99887766554433", why: [] } as const;
}

export function ended(node: string, seconds: number, rows: number) {
  const outputs = { out: { rows, bytes: 10 * rows, parts: 1 } };
  const fingerprint = "3f2a99887766554433";
  return {
    type: "node-finished",
    node,
    how: "ran",
    fingerprint,
    seconds,
    folder: "/f",
    outputs,
  } as const;
}

export function partition(node: string): EventBody {
  return { type: "partition-finished", node, partition: "p", seconds: 1, rows: {}, bytes: 1 };
}

/** When the run that `told` tells of began, ms. */
export const START = Date.UTC(2026, 0, 1);

export function eventOf([seconds, body]: Told): RunEvent {
  return { v: 1, run: "r", time: START + seconds * 1000, ...body };
}

export function stateAfter(told: readonly Told[]): DashboardState {
  return told.map(eventOf).reduce(reduce, emptyDashboard);
}
