import type { CorruptPart } from "./error.ts";
import type { Machine } from "./machine.ts";

/**
 * Everything that happens in a run, as one line of JSON each in `artifacts/.runs/<run>.jsonl`.
 * The dashboard, the plain log, `--ui json` and the report read these and nothing else.
 * Strings may come from data: whoever shows them strips control characters.
 */
export type RunEvent = { readonly v: 1; readonly time: number; readonly run: string } & EventBody;

export type EventBody =
  | RunStarted
  | NodePlanned
  | NodeStarted
  | PartitionFinished
  | NodeProgress
  | NodeMetric
  | NodeRow
  | NodeLog
  | NodeFinished
  | NodeFailed
  | RunFinished;

/** A run began; the graph as wired, in an order in which it can run. */
export interface RunStarted {
  readonly type: "run-started";
  readonly pipeline: string;
  readonly seed: number;
  readonly jobs: number;
  readonly pid: number;
  /** The machine's name, without which a process number means nothing. */
  readonly host?: string;
  readonly store: string;
  /** Absent in logs of earlier versions. */
  readonly machine?: Machine;
  readonly nodes: readonly {
    readonly id: string;
    readonly stage: string;
    readonly inputs: readonly string[];
    readonly params: unknown;
  }[];
}

/** What the plan says of a node, and why; a node below a stale one is planned once its inputs are known. */
export interface NodePlanned {
  readonly type: "node-planned";
  readonly node: string;
  readonly state: "fresh" | "stale";
  readonly fingerprint: string;
  readonly why: readonly Reason[];
}

/** One difference between what is wanted and what the last artifact was made from. */
export interface Reason {
  readonly field:
    | "never-run"
    | "forced"
    | "stage"
    | "code"
    | "params"
    | "seed"
    | "input"
    | "file"
    | "environment"
    | "corrupt"
    | "missing";
  /** Which parameter, input, file or part; empty where the field says it all. */
  readonly name: string;
  readonly was?: string;
  readonly is?: string;
}

/** A stale node begins: how many partitions it has and how many of them are reused as they are. */
export interface NodeStarted {
  readonly type: "node-started";
  readonly node: string;
  readonly partitions: number;
  readonly reused: number;
}

/** One partition was run and its parts written. */
export interface PartitionFinished {
  readonly type: "partition-finished";
  readonly node: string;
  readonly partition: string;
  readonly seconds: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly bytes: number;
}

/** How far a node is, over all of its partitions, in the stage's own unit. */
export interface NodeProgress {
  readonly type: "node-progress";
  readonly node: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

/** Numbers to watch, such as a loss. */
export interface NodeMetric {
  readonly type: "node-metric";
  readonly node: string;
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

/** A row of a row table, as it was written. */
export interface NodeRow {
  readonly type: "node-row";
  readonly node: string;
  readonly table: string;
  readonly row: Readonly<Record<string, string | number | boolean | null>>;
}

export interface NodeLog {
  readonly type: "node-log";
  readonly node: string;
  readonly level: "info" | "warn";
  readonly message: string;
}

/** A node's artifact is there: `how` says whether it was found or made. */
export interface NodeFinished {
  readonly type: "node-finished";
  readonly node: string;
  readonly how: "fresh" | "ran";
  readonly fingerprint: string;
  readonly seconds: number;
  readonly folder: string;
  readonly outputs: Readonly<
    Record<string, { readonly rows: number; readonly bytes: number; readonly parts: number }>
  >;
}

export interface NodeFailed {
  readonly type: "node-failed";
  readonly node: string;
  readonly error: PlainError;
}

/** The run is over; `outputs` are the pipeline's declared outputs, by name, as folders. */
export interface RunFinished {
  readonly type: "run-finished";
  readonly state: "done" | "failed" | "interrupted";
  readonly seconds: number;
  readonly outputs: Readonly<Record<string, string>>;
}

/** An error as plain data; `stack` only for a bug. */
export interface PlainError {
  readonly message: string;
  readonly where?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly hint?: string;
  readonly exitCode: number;
  /** The damaged part of an artifact, where that is what went wrong. */
  readonly corrupt?: CorruptPart;
  readonly stack?: string;
}
