import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { toPlain } from "../plain-error.ts";
import type { FromWorker, ToWorker, WorkerData } from "./task.ts";

/** Who started this worker: another thread, or another process. */
export interface WorkerParent {
  readonly data: WorkerData;
  post(message: FromWorker): void;
  onMessage(listener: (message: ToWorker) => void): void;
  /** Lets this worker end. */
  leave(): void;
}

/** This worker's own. */
export function workerParent(): WorkerParent {
  return isMainThread ? processParent() : threadParent();
}

function threadParent(): WorkerParent {
  const port = parentPort!;
  return {
    data: workerData as WorkerData,
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on("message", listener),
    leave: () => port.close(),
  };
}

function processParent(): WorkerParent {
  const post = (message: FromWorker) => void process.send!(message);
  process.title = "albert-pipeline worker";
  // A terminal's signals reach all processes of a run; what is to be done the first of them says.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  // It has ended, perhaps by a signal that leaves no time for a message.
  process.on("disconnect", () => process.exit());
  process.on("uncaughtException", (error) => {
    process.send!({ type: "failed", error: toPlain(error) }, () => process.exit(1));
  });
  return {
    data: JSON.parse(process.argv[1]!) as WorkerData,
    post,
    onMessage: (listener) => void process.on("message", listener),
    leave: () => process.disconnect(),
  };
}
