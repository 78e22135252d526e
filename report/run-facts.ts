import {
  describeReasons,
  type Machine,
  type NodeFinished,
  type NodeRow,
  type PlainError,
  type RunEvent,
  type RunFinished,
  readEvents,
} from "../engine/index.ts";

/** What a run's log says of it, in the order of its events. */
export interface RunFacts {
  /** Its id, as in the log's name. */
  readonly run: string;
  readonly pipeline: string;
  readonly seed: number;
  readonly jobs: number;
  readonly pid: number;
  /** The machine's name; undefined in logs of earlier versions. */
  readonly host: string | undefined;
  readonly store: string;
  readonly machine: Machine | undefined;
  /** ms since 1970. */
  readonly startedAt: number;
  /** Time of the last event, ms since 1970. */
  readonly lastAt: number;
  /** `unfinished` where the log has no end: the run goes on, or was killed. */
  readonly state: RunFinished["state"] | "unfinished";
  /** From the first event to the last. */
  readonly seconds: number;
  /** In an order in which they can run. */
  readonly nodes: readonly NodeFacts[];
  readonly warnings: readonly { readonly node: string; readonly message: string }[];
}

/** What became of a node in a run. */
export interface NodeFacts {
  readonly id: string;
  readonly stage: string;
  readonly inputs: readonly string[];
  readonly params: unknown;
  readonly outcome: Outcome;
  /** Why it ran, in a few words; empty where it did not. */
  readonly why: string;
  /** ms since 1970; undefined where it did not run. */
  readonly startedAt: number | undefined;
  /** How long it took in this run; undefined where it did not run to its end. */
  readonly seconds: number | undefined;
  readonly partitions: number;
  readonly reused: number;
  readonly fingerprint: string | undefined;
  /** Where its artifact was. */
  readonly folder: string | undefined;
  readonly outputs: NodeFinished["outputs"];
  /** Rows of small tables that it wrote, by table. */
  readonly rows: Readonly<Record<string, readonly NodeRow["row"][]>>;
  /** Every number that it measured, by name, as step and value. */
  readonly metrics: Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>;
  readonly error: PlainError | undefined;
}

export type Outcome = "fresh" | "ran" | "failed" | "stopped" | "not run";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type NodeDraft = Mutable<NodeFacts> & {
  rows: Record<string, NodeRow["row"][]>;
  metrics: Record<string, [number, number][]>;
};

/** Reads a run's log; undefined where it holds no run's beginning. Throws as `readEvents` does. */
export async function readRun(log: string): Promise<RunFacts | undefined> {
  const events: RunEvent[] = [];
  for await (const event of readEvents(log)) events.push(event);
  return factsOf(events);
}

/** What events say of their run; undefined where they do not say how it began. */
export function factsOf(events: readonly RunEvent[]): RunFacts | undefined {
  const begun = events.find((event) => event.type === "run-started");
  if (begun === undefined) return undefined;
  const nodes = new Map(begun.nodes.map((node) => [node.id, { ...UNTOUCHED(), ...node }]));
  const warnings: { node: string; message: string }[] = [];
  for (const event of events) {
    if (event.type === "node-log" && event.level === "warn")
      warnings.push({ node: event.node, message: event.message });
    const node = "node" in event ? nodes.get(event.node) : undefined;
    if (node !== undefined) change(node, event);
  }
  const last = events.at(-1)!;
  const end = events.findLast((event) => event.type === "run-finished");
  const { run, pipeline, seed, jobs, pid, host, store, machine, time } = begun;
  return {
    run,
    pipeline,
    seed,
    jobs,
    pid,
    host,
    store,
    machine,
    startedAt: time,
    lastAt: last.time,
    state: end?.state ?? "unfinished",
    seconds: end?.seconds ?? (last.time - time) / 1000,
    nodes: [...nodes.values()],
    warnings,
  };
}

function change(node: NodeDraft, event: RunEvent): void {
  switch (event.type) {
    case "node-planned":
      node.why = event.state === "fresh" ? "" : describeReasons(event.why);
      node.fingerprint = event.fingerprint;
      break;
    case "node-started":
      node.outcome = "stopped";
      node.startedAt = event.time;
      node.partitions = event.partitions;
      node.reused = event.reused;
      break;
    case "node-finished":
      node.outcome = event.how;
      node.seconds = event.how === "ran" ? event.seconds : undefined;
      node.fingerprint = event.fingerprint;
      node.folder = event.folder;
      node.outputs = event.outputs;
      break;
    case "node-failed":
      node.outcome = "failed";
      node.error = event.error;
      break;
    case "node-row":
      listIn(node.rows, event.table).push(event.row);
      break;
    case "node-metric":
      for (const [name, value] of Object.entries(event.values))
        listIn(node.metrics, name).push([event.step, value]);
  }
}

/** The list of that name; names come from data, so that one may be called as a property of every object is. */
function listIn<T>(lists: Record<string, T[]>, name: string): T[] {
  const list = Object.hasOwn(lists, name) ? lists[name]! : [];
  Object.defineProperty(lists, name, { value: list, enumerable: true, configurable: true });
  return list;
}

const UNTOUCHED = () => ({
  outcome: "not run" as Outcome,
  why: "",
  startedAt: undefined as number | undefined,
  seconds: undefined as number | undefined,
  partitions: 1,
  reused: 0,
  fingerprint: undefined as string | undefined,
  folder: undefined as string | undefined,
  outputs: {} as NodeFinished["outputs"],
  rows: {} as Record<string, NodeRow["row"][]>,
  metrics: {} as Record<string, [number, number][]>,
  error: undefined as PlainError | undefined,
});
