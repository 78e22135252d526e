import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import type { NodeDefinition } from "../stage.ts";
import { runPartition } from "./run-partition.ts";
import type { PartitionHooks, PartitionResult, PartitionTask } from "./task.ts";
import { WorkerPool } from "./worker-pool.ts";

export interface SchedulerOptions {
  /** Partitions that run at once. */
  readonly jobs: number;
  /** Runs partitions in this thread, for tests whose stages are closures. */
  readonly inline: boolean;
  /** URLs of the modules of the stages that will be run. */
  readonly modules: readonly string[];
}

/**
 * Decides when partitions run: as many at once as there are jobs, and those that use every core one after another; of
 * those that wait the ones of the least rank first.
 */
export class Scheduler {
  readonly #partitions: PQueue;
  readonly #wholeMachine = new PQueue({ concurrency: 1 });
  readonly #pool: WorkerPool | undefined;
  readonly #jobs: number;

  constructor({ jobs, inline, modules }: SchedulerOptions) {
    this.#jobs = jobs;
    this.#partitions = new PQueue({ concurrency: jobs });
    this.#pool = inline ? undefined : new WorkerPool(modules);
  }

  /** Runs a partition when its turn comes; one whose turn comes after the signal was aborted does not begin. */
  async run(
    stage: NodeDefinition["stage"],
    task: Omit<PartitionTask, "threads">,
    hooks: PartitionHooks,
    rank = 0,
  ): Promise<PartitionResult> {
    const { wholeMachine = false } = stage;
    const queue = wholeMachine ? this.#wholeMachine : this.#partitions;
    const start = async () => {
      hooks.signal.throwIfAborted();
      hooks.onBegin?.();
      // A node hands all of its partitions over at once: those after the first are counted, too.
      await undefined;
      const threads = wholeMachine ? availableParallelism() : this.#fairShare();
      return this.#pool === undefined
        ? runPartition(stage, { ...task, threads }, hooks)
        : this.#pool.run({ ...task, threads }, hooks, wholeMachine !== false);
    };
    const turn = wholeMachine === "alone" ? () => this.#alone(start) : start;
    return queue.add(turn, { priority: -rank });
  }

  /** Runs when the partitions that have begun have ended, and has the others wait. */
  async #alone<R>(run: () => Promise<R>): Promise<R> {
    this.#partitions.pause();
    try {
      await this.#partitions.onPendingZero();
      return await run();
    } finally {
      this.#partitions.start();
    }
  }

  /** Threads for a partition that begins: more than one where fewer are left to run than may run at once. */
  #fairShare(): number {
    const wanting = this.#partitions.pending + this.#partitions.size;
    return Math.max(1, Math.floor(this.#jobs / wanting));
  }

  /** Starts the thread that a partition of this stage will want, while there is something else to do. */
  warm(stage: NodeDefinition["stage"]): void {
    if (!stage.wholeMachine) this.#pool?.warm({ module: stage.module, stage: stage.name });
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }

  /** Ends every worker thread where it stands. */
  async terminate(): Promise<void> {
    await this.#pool?.terminate();
  }
}
