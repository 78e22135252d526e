import { createInterface } from "node:readline";
import { fromPlain } from "../plain-error.ts";
import type { FromWorker, PartitionHooks, PartitionResult, PartitionTask } from "./task.ts";
import { type WorkerBundle, workerBundle } from "./worker-bundle.ts";
import { FROM_SOURCES, startProcess, startThread, type WorkerHost } from "./worker-host.ts";

/** How long a worker may take to leave by itself before it is ended, in ms. */
const LEAVE_MS = 2000;

/**
 * Workers that run partitions, one at a time each: threads, of which one is started when none is idle, and processes for
 * what wants the whole machine.
 */
export class WorkerPool {
  readonly #idle: PartitionWorker[] = [];
  readonly #all = new Set<PartitionWorker>();
  readonly #code: Promise<WorkerBundle | undefined>;
  /** The thread that `warm` starts. */
  #warmed: Promise<void> | undefined;

  /** @param modules URLs of the modules of the stages that will be run */
  constructor(modules: readonly string[]) {
    this.#code = FROM_SOURCES ? workerBundle(modules) : Promise.resolve(undefined);
  }

  /**
   * Runs a partition; with `alone` in a process that ends with it. What native code has freed in a thread would stay with
   * this process: 60 MB a thread that it ever had, so that each training would seem to need more than the one before.
   */
  async run(task: PartitionTask, hooks: PartitionHooks, alone = false): Promise<PartitionResult> {
    // One that is being started is nearer than another.
    await this.#warmed;
    const worker = (alone ? undefined : this.#takeIdle()) ?? (await this.#start(alone));
    try {
      return await worker.run(task, hooks);
    } finally {
      if (alone) void worker.close();
      else this.#idle.push(worker);
    }
  }

  /** Starts a thread, where there is none yet, that will be ready sooner for a partition of this stage. */
  warm(stage: Pick<PartitionTask, "module" | "stage">): void {
    this.#warmed ??= this.#start(false).then(
      (worker) => {
        worker.expect(stage);
        this.#idle.push(worker);
      },
      // What goes wrong here goes wrong again when a partition has come, and is told then.
      () => {},
    );
  }

  /** Lets every worker end. */
  async close(): Promise<void> {
    await this.#warmed;
    await Promise.all([...this.#all].map((worker) => worker.close()));
    this.#all.clear();
  }

  /** Ends every worker where it stands; what they ran fails. */
  async terminate(): Promise<void> {
    await this.#warmed;
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  /** A thread that waits; one that died while it waited, in native code, is passed over. */
  #takeIdle(): PartitionWorker | undefined {
    let worker = this.#idle.pop();
    while (worker?.dead) worker = this.#idle.pop();
    return worker;
  }

  async #start(alone: boolean): Promise<PartitionWorker> {
    const worker = new PartitionWorker(alone ? startProcess : startThread, await this.#code);
    this.#all.add(worker);
    return worker;
  }
}

/** The partition that a worker is running. */
interface Running {
  readonly hooks: PartitionHooks;
  readonly node: string;
  readonly resolve: (result: PartitionResult) => void;
  readonly reject: (error: unknown) => void;
}

class PartitionWorker {
  readonly #host: WorkerHost;
  /** The last partition is kept: what it printed may come after its result. */
  #running: Running | undefined;
  dead = false;

  constructor(start: typeof startThread, code: WorkerBundle | undefined) {
    this.#host = start(code, {
      onMessage: (message) => this.#receive(message),
      onEnd: (error) => this.#die(error),
    });
    // Standard output belongs to the command line: what a stage or its libraries print becomes log events.
    for (const stream of this.#host.output)
      createInterface({ input: stream }).on("line", (line) => this.#log(line));
  }

  expect({ module, stage }: Pick<PartitionTask, "module" | "stage">): void {
    this.#host.post({ type: "expect", stage: { module, stage } });
  }

  async run(task: PartitionTask, hooks: PartitionHooks): Promise<PartitionResult> {
    const interrupt = () => this.#host.post({ type: "interrupt" });
    hooks.signal.addEventListener("abort", interrupt, { once: true });
    try {
      return await new Promise<PartitionResult>((resolve, reject) => {
        this.#running = { hooks, node: task.node, resolve, reject };
        this.#host.post({ type: "run", task });
        if (hooks.signal.aborted) interrupt();
      });
    } finally {
      hooks.signal.removeEventListener("abort", interrupt);
    }
  }

  async close(): Promise<void> {
    if (!this.dead) this.#host.post({ type: "close" });
    const ended = setTimeout(() => this.#host.terminate(), LEAVE_MS);
    await this.#host.exited;
    clearTimeout(ended);
  }

  async terminate(): Promise<void> {
    this.#host.terminate();
    await this.#host.exited;
  }

  #receive(message: FromWorker): void {
    if (message.type === "event") this.#running?.hooks.onEvent(message.event);
    else if (message.type === "done") this.#running?.resolve(message.result);
    else this.#running?.reject(fromPlain(message.error));
  }

  #log(line: string): void {
    if (this.#running === undefined || line.trim() === "") return;
    const { hooks, node } = this.#running;
    hooks.onEvent({ type: "node-log", node, level: "info", message: line });
  }

  #die(error: unknown): void {
    this.dead = true;
    this.#running?.reject(error);
  }
}
