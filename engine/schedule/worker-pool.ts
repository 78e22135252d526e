import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import { ARROW_FILE } from "../arrow.ts";
import { PipelineError } from "../error.ts";
import { fromPlain } from "../plain-error.ts";
import type {
  FromWorker,
  PartitionHooks,
  PartitionResult,
  PartitionTask,
  ToWorker,
  WorkerData,
} from "./task.ts";
import { type WorkerBundle, workerBundle } from "./worker-bundle.ts";

/** How long a worker may take to leave by itself before it is ended, in ms. */
const LEAVE_MS = 2000;

/** Worker threads that run partitions, one at a time each; a thread is started when none is idle. */
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

  /** Runs a partition; with `alone` in a thread that ends with it and so gives native memory back. */
  async run(task: PartitionTask, hooks: PartitionHooks, alone = false): Promise<PartitionResult> {
    // One that is being started is nearer than another.
    await this.#warmed;
    const worker = (alone ? undefined : this.#takeIdle()) ?? (await this.#start());
    try {
      return await worker.run(task, hooks);
    } finally {
      if (alone) void worker.close();
      else this.#idle.push(worker);
    }
  }

  /** Starts a thread, where there is none yet, that will be ready sooner for a partition of this stage. */
  warm(stage: Pick<PartitionTask, "module" | "stage">): void {
    this.#warmed ??= this.#start().then(
      (worker) => {
        worker.expect(stage);
        this.#idle.push(worker);
      },
      // What goes wrong here goes wrong again when a partition has come, and is told then.
      () => {},
    );
  }

  /** Lets every thread end. */
  async close(): Promise<void> {
    await this.#warmed;
    await Promise.all([...this.#all].map((worker) => worker.close()));
    this.#all.clear();
  }

  /** Ends every thread where it stands; what they ran fails. */
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

  async #start(): Promise<PartitionWorker> {
    const worker = new PartitionWorker(await this.#code);
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
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  /** The last partition is kept: what it printed may come after its result. */
  #running: Running | undefined;
  dead = false;

  constructor(code: WorkerBundle | undefined) {
    this.#worker = startWorker(code);
    this.#worker.on("message", (message: FromWorker) => this.#receive(message));
    this.#worker.on("error", (error) => this.#die(error));
    this.#exited = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        this.#die(new Error(`a worker thread ended by itself, with code ${code}`));
        resolve();
      });
    });
    // Standard output belongs to the command line: what a stage or its libraries print becomes log events.
    for (const stream of [this.#worker.stdout, this.#worker.stderr])
      createInterface({ input: stream }).on("line", (line) => this.#log(line));
  }

  expect({ module, stage }: Pick<PartitionTask, "module" | "stage">): void {
    this.#post({ type: "expect", stage: { module, stage } });
  }

  async run(task: PartitionTask, hooks: PartitionHooks): Promise<PartitionResult> {
    const interrupt = () => this.#post({ type: "interrupt" });
    hooks.signal.addEventListener("abort", interrupt, { once: true });
    try {
      return await new Promise<PartitionResult>((resolve, reject) => {
        this.#running = { hooks, node: task.node, resolve, reject };
        this.#post({ type: "run", task });
        if (hooks.signal.aborted) interrupt();
      });
    } finally {
      hooks.signal.removeEventListener("abort", interrupt);
    }
  }

  async close(): Promise<void> {
    if (!this.dead) this.#post({ type: "close" });
    const ended = setTimeout(() => void this.#worker.terminate(), LEAVE_MS);
    await this.#exited;
    clearTimeout(ended);
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
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
    this.#running?.reject(explained(error));
  }
}

function explained(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_OUT_OF_MEMORY") return error;
  return new PipelineError("a worker thread ran out of memory", {
    hint: "run fewer jobs at once (-j), or give Node more with NODE_OPTIONS=--max-old-space-size=MB",
    cause: error,
  });
}

/** Whether this package itself runs from its TypeScript sources. */
const FROM_SOURCES = import.meta.url.endsWith(".ts");

/** A thread that runs what was built for it, else what lies beside this module. */
function startWorker(bundle: WorkerBundle | undefined): Worker {
  const options = { execArgv: [], stdout: true, stderr: true };
  if (!FROM_SOURCES) return new Worker(new URL("./worker.js", import.meta.url), options);
  const start = bundle === undefined ? START_FROM_SOURCES : START_FROM_BUNDLE;
  const workerData: WorkerData = {
    // What every partition needs is loaded beside the worker's code; through tsx's hooks it would take twice as long.
    packages: (bundle === undefined ? ["zod", "parquet-wasm"] : ["parquet-wasm"]).map((name) =>
      import.meta.resolve(name),
    ),
    arrow: createRequire(import.meta.url).resolve(ARROW_FILE),
    tsx: import.meta.resolve("tsx/esm/api"),
    worker: bundle?.worker ?? new URL("./worker.ts", import.meta.url).href,
    modules: bundle?.modules ?? {},
  };
  return new Worker(start, { ...options, eval: true, workerData });
}

const START_FROM_BUNDLE = `
  const { packages, arrow, worker } = require("node:worker_threads").workerData;
  process.setSourceMapsEnabled(true);
  Promise.all([...packages.map((name) => import(name)), require(arrow), import(worker)]);`;

/** tsx has to be registered in each thread before its first module is loaded. */
const START_FROM_SOURCES = `
  const { packages, arrow, tsx, worker } = require("node:worker_threads").workerData;
  Promise.all([import(tsx), ...packages.map((name) => import(name)), require(arrow)])
    .then(([{ register }]) => { register(); return import(worker); });`;
