import type { Part } from "../artifact.ts";
import type { NodeLog, NodeMetric, NodeProgress, NodeRow, PlainError } from "../event.ts";
import type { InputSource } from "../inputs.ts";
import type { Resumption, SourceFile } from "../stage.ts";

/** A partition to run, as plain data that crosses threads and processes. */
export interface PartitionTask {
  readonly node: string;
  /** Where the stage is to be found: its module's URL and its name. */
  readonly module: string;
  readonly stage: string;
  readonly params: unknown;
  readonly seed: number;
  readonly threads: number;
  readonly files: readonly SourceFile[];
  readonly resumption?: Resumption;
  readonly inputs: Readonly<Record<string, InputSource>>;
  /** The partition's own folder in the draft. */
  readonly folder: string;
  /** Aim for the parts of tables that are cut by content, in Arrow bytes. */
  readonly partBytes: number;
  /** Whether it is not a partition but what the stage concludes of all: its inputs are the node's own outputs. */
  readonly concludes?: boolean;
}

export type PartitionEvent = NodeProgress | NodeMetric | NodeRow | NodeLog;

/** How whoever has a partition run follows and stops it. */
export interface PartitionHooks {
  /** Its turn has come. */
  readonly onBegin?: () => void;
  readonly onEvent: (event: PartitionEvent) => void;
  /** Once aborted, the partition stops after its current batch. */
  readonly signal: AbortSignal;
}

/** What a partition made: its parts by output, in order, relative to its folder. */
export interface PartitionResult {
  readonly outputs: Readonly<Record<string, readonly Part[]>>;
  readonly seconds: number;
}

/** What a worker is started with. */
export interface WorkerData {
  /** URLs of packages, and the paths and URLs of what else is loaded first. */
  readonly packages: readonly string[];
  readonly arrow?: string;
  /** Where sources are loaded. */
  readonly tsx?: string;
  readonly worker: string;
  /** Where the modules of stages are to be found that were built for it, by their own URLs. */
  readonly modules: Readonly<Record<string, string>>;
}

/** What the main thread says to a worker. */
export type ToWorker =
  /** A task of this stage will come: its module may be loaded. */
  | { readonly type: "expect"; readonly stage: Pick<PartitionTask, "module" | "stage"> }
  | { readonly type: "run"; readonly task: PartitionTask }
  | { readonly type: "interrupt" }
  | { readonly type: "close" };

/** What a worker answers. */
export type FromWorker =
  | { readonly type: "event"; readonly event: PartitionEvent }
  | { readonly type: "done"; readonly result: PartitionResult }
  | { readonly type: "failed"; readonly error: PlainError };
