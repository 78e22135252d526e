import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import type { Readable } from "node:stream";
import { Worker } from "node:worker_threads";
import { ARROW_FILE } from "../arrow.ts";
import { PipelineError } from "../error.ts";
import type { FromWorker, ToWorker, WorkerData } from "./task.ts";
import type { WorkerBundle } from "./worker-bundle.ts";

/** A thread or process in which a worker runs. */
export interface WorkerHost {
  /** What it prints. */
  readonly output: readonly Readable[];
  /** Settled once it has ended. */
  readonly exited: Promise<void>;
  post(message: ToWorker): void;
  /** Ends it where it stands. */
  terminate(): void;
}

/** Who hears of a worker. */
export interface WorkerListener {
  onMessage(message: FromWorker): void;
  /** It has ended, as it was told to or not. */
  onEnd(error: unknown): void;
}

/** Whether this package itself runs from its TypeScript sources. */
export const FROM_SOURCES = import.meta.url.endsWith(".ts");

/** A worker in a thread of this process. */
export function startThread(
  bundle: WorkerBundle | undefined,
  { onMessage, onEnd }: WorkerListener,
): WorkerHost {
  const code = `const data = require("node:worker_threads").workerData;${START}`;
  const options = { eval: true, execArgv: [], stdout: true, stderr: true };
  const worker = new Worker(code, { ...options, workerData: dataOf(bundle) });
  worker.on("message", onMessage);
  worker.on("error", (error) => onEnd(explained(error)));
  const exited = new Promise<void>((resolve) => {
    worker.on("exit", (code) => {
      onEnd(new Error(`a worker thread ended by itself, with code ${code}`));
      resolve();
    });
  });
  return {
    output: [worker.stdout, worker.stderr],
    exited,
    post: (message) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
  };
}

/** A worker in a process of its own, all of whose memory is the system's again when it has ended. */
export function startProcess(
  bundle: WorkerBundle | undefined,
  { onMessage, onEnd }: WorkerListener,
): WorkerHost {
  const code = `const data = JSON.parse(process.argv[1]);${START}`;
  const child = spawn(process.execPath, ["-e", code, JSON.stringify(dataOf(bundle))], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "advanced",
  });
  child.on("message", (message) => onMessage(message as FromWorker));
  const exited = new Promise<void>((resolve) => {
    child.on("error", (error) => {
      onEnd(error);
      resolve();
    });
    child.on("exit", (code, signal) => {
      onEnd(ended(signal ?? `code ${code}`));
      resolve();
    });
  });
  return {
    output: [child.stdout!, child.stderr!],
    exited,
    post(message) {
      // Where it has just ended, `onEnd` says so.
      if (child.connected) child.send(message, () => {});
    },
    terminate: () => void child.kill("SIGKILL"),
  };
}

function ended(how: string): PipelineError {
  return new PipelineError("the process that ran it ended by itself", {
    expected: "that it runs to its end",
    got: how,
    ...(/SIGKILL|SIGABRT/.test(how) && {
      hint: "systems end processes so when memory runs out: compute fewer examples at once (microBatchSize), or give Node more with NODE_OPTIONS=--max-old-space-size=MB",
    }),
  });
}

function explained(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_OUT_OF_MEMORY") return error;
  return new PipelineError("a worker thread ran out of memory", {
    hint: "run fewer jobs at once (-j), or give Node more with NODE_OPTIONS=--max-old-space-size=MB",
    cause: error,
  });
}

/** What was built for the worker, else what lies beside this module. */
function dataOf(bundle: WorkerBundle | undefined): WorkerData {
  if (!FROM_SOURCES) {
    return { packages: [], worker: new URL("./worker.js", import.meta.url).href, modules: {} };
  }
  return {
    // What every partition needs is loaded beside the worker's code; through tsx's hooks it would take twice as long.
    packages: (bundle === undefined ? ["zod", "parquet-wasm"] : ["parquet-wasm"]).map((name) =>
      import.meta.resolve(name),
    ),
    arrow: createRequire(import.meta.url).resolve(ARROW_FILE),
    ...(bundle === undefined && { tsx: import.meta.resolve("tsx/esm/api") }),
    worker: bundle?.worker ?? new URL("./worker.ts", import.meta.url).href,
    modules: bundle?.modules ?? {},
  };
}

/** tsx has to be registered before the first module is loaded through it. */
const START = `
  const { packages, arrow, tsx, worker } = data;
  process.setSourceMapsEnabled(true);
  const first = packages.map((name) => import(name));
  if (arrow !== undefined) require(arrow);
  if (tsx === undefined) import(worker);
  else
    Promise.all([import(tsx), ...first]).then(([{ register }]) => { register(); return import(worker); });`;
