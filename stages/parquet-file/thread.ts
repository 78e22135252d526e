import { openAsBlob } from "node:fs";
import type { MessagePort, Worker } from "node:worker_threads";
import type { ParquetFile, RecordBatch as WasmBatch } from "parquet-wasm";
import { startThread } from "../../lib/start-thread.ts";

/** What is asked of the thread, one thing at a time. */
type Question =
  | { readonly ask: "open"; readonly path: string }
  | { readonly ask: "read"; readonly columns: readonly string[]; readonly batchSize: number }
  | { readonly ask: "next" };

/** What a file says of itself. */
export interface ParquetExtent {
  /** An Arrow IPC stream without batches. */
  readonly schema: Uint8Array;
  readonly rows: number;
  /** Of all columns, decompressed. */
  readonly bytes: number;
}

type Answer = { readonly value: unknown } | { readonly failed: string };

/** How long one answer may take, ms: a damaged file must not hold up a run for ever. */
const PATIENCE = 300_000;

/** A thread that waits for the next file: to start one takes longer than to read a small file. */
let idle: Worker | undefined;

/**
 * Reads one Parquet file in a thread of its own: what a damaged file makes of the WebAssembly that decodes it (a trap,
 * which no promise reports) ends that thread and is an error here. Every method throws an Error where reading fails.
 */
export class ParquetThread {
  readonly #worker: Worker;
  readonly #signal: AbortSignal | undefined;
  #failure: Error | undefined;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    this.#worker = idle ?? startThread(new URL("./worker", import.meta.url), import.meta.url);
    idle = undefined;
    this.#worker.ref();
    this.#worker.on("error", this.#onError);
  }

  readonly #onError = (error: Error) => {
    this.#failure = error;
  };

  open(path: string): Promise<ParquetExtent> {
    return this.#ask({ ask: "open", path }) as Promise<ParquetExtent>;
  }

  /** The batches of some columns in order, each an Arrow IPC stream. */
  async *read(columns: readonly string[], batchSize: number): AsyncGenerator<Uint8Array> {
    await this.#ask({ ask: "read", columns, batchSize });
    for (;;) {
      const batch = (await this.#ask({ ask: "next" })) as Uint8Array | undefined;
      if (batch === undefined) return;
      yield batch;
    }
  }

  async close(): Promise<void> {
    this.#worker.off("error", this.#onError);
    // One that failed may be in any state.
    if (this.#failure !== undefined || idle !== undefined) await this.#worker.terminate();
    else {
      idle = this.#worker;
      idle.unref();
    }
  }

  async #ask(question: Question): Promise<unknown> {
    try {
      const answer = await this.#answered(question);
      if ("failed" in answer) throw new Error(answer.failed);
      return answer.value;
    } catch (error) {
      this.#failure ??= error as Error;
      throw this.#failure;
    }
  }

  #answered(question: Question): Promise<Answer> {
    const worker = this.#worker;
    const signal = this.#signal;
    return new Promise<Answer>((resolve, reject) => {
      const onExit = () => settle(() => reject(this.#failure ?? new Error("its thread ended")));
      const onAbort = () => settle(() => reject(signal!.reason));
      const onMessage = (answer: Answer) => settle(() => resolve(answer));
      const timer = setTimeout(
        () => settle(() => reject(new Error("it takes too long"))),
        PATIENCE,
      );
      const settle = (outcome: () => void) => {
        clearTimeout(timer);
        worker.off("exit", onExit);
        worker.off("message", onMessage);
        signal?.removeEventListener("abort", onAbort);
        outcome();
      };
      if (signal?.aborted === true) return onAbort();
      worker.on("exit", onExit);
      worker.on("message", onMessage);
      signal?.addEventListener("abort", onAbort);
      worker.postMessage(question);
    });
  }
}

/** The thread's side: answers questions until the thread is ended. */
export function serveParquet(port: MessagePort): void {
  const served = new ServedFile();
  port.on("message", async (question: Question) => {
    let answer: Answer;
    try {
      answer = { value: await served.answer(question) };
    } catch (error) {
      answer = { failed: error instanceof Error ? error.message : String(error) };
    }
    port.postMessage(answer);
  });
}

class ServedFile {
  #file: ParquetFile | undefined;
  #batches: ReadableStreamDefaultReader<WasmBatch> | undefined;

  async answer(question: Question): Promise<unknown> {
    if (question.ask === "open") return await this.#open(question.path);
    if (question.ask === "read") {
      const { columns, batchSize } = question;
      const stream = await this.#file!.stream({ columns: [...columns], batchSize });
      this.#batches = (stream as ReadableStream<WasmBatch>).getReader();
      return undefined;
    }
    const { value } = await this.#batches!.read();
    // intoIPCStream gives the batch's wasm memory back.
    return value?.intoIPCStream();
  }

  async #open(path: string): Promise<ParquetExtent> {
    const { ParquetFile } = await import("parquet-wasm");
    this.#file?.free();
    this.#file = undefined;
    this.#file = await ParquetFile.fromFile(await openAsBlob(path));
    using metadata = this.#file.metadata();
    let rows = 0;
    let bytes = 0;
    for (const group of metadata.rowGroups()) {
      rows += group.numRows();
      bytes += group.totalByteSize();
      group.free();
    }
    return { schema: this.#file.schema().intoIPCStream(), rows, bytes };
  }
}
