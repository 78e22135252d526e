import { describeReasons, type RunEvent } from "../engine/index.ts";

/** What became of a node in a run. */
export interface NodeRecord {
  readonly id: string;
  readonly outcome: "fresh" | "ran" | "failed" | "stopped" | "not run";
  /** Why it was run; empty where it was not. */
  readonly why: string;
  /** How long it took in this run. */
  readonly seconds: number | undefined;
  readonly partitions: number;
  readonly reused: number;
}

/** Keeps of a run's events what its summary says. */
export class RunRecord {
  readonly #nodes = new Map<string, NodeRecord>();
  seconds = 0;

  add(event: RunEvent): void {
    switch (event.type) {
      case "run-started":
        for (const { id } of event.nodes) this.#nodes.set(id, { ...NOT_RUN, id });
        break;
      case "node-planned":
        this.#change(event.node, { why: describeReasons(event.why) });
        break;
      case "node-started":
        this.#change(event.node, {
          outcome: "stopped",
          partitions: event.partitions,
          reused: event.reused,
        });
        break;
      case "node-finished":
        this.#change(
          event.node,
          event.how === "fresh" ? { outcome: "fresh" } : { outcome: "ran", seconds: event.seconds },
        );
        break;
      case "node-failed":
        this.#change(event.node, { outcome: "failed" });
        break;
      case "run-finished":
        this.seconds = event.seconds;
    }
  }

  get nodes(): readonly NodeRecord[] {
    return [...this.#nodes.values()];
  }

  #change(id: string, change: Partial<NodeRecord>): void {
    this.#nodes.set(id, { ...(this.#nodes.get(id) ?? { ...NOT_RUN, id }), ...change });
  }
}

const NOT_RUN = {
  outcome: "not run",
  why: "",
  seconds: undefined,
  partitions: 1,
  reused: 0,
} as const;
