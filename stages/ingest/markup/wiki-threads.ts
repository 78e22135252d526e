import { Worker } from "node:worker_threads";
import type { Converted, ConvertOptions } from "./wiki-convert.ts";

/** Worker threads that convert pages, one task at a time each; a thread is started when a task finds none idle. */
export class WikiThreads {
  readonly #options: ConvertOptions;
  readonly #startWorker: () => Worker;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  #isClosed = false;

  constructor(options: ConvertOptions, start = startWorker) {
    this.#options = options;
    this.#startWorker = start;
  }

  /**
   * Converts pages; the caller has no more tasks at once than threads are wanted. A page that ends its thread fails alone.
   * An Error where the threads were closed meanwhile.
   */
  async convert(texts: readonly string[]): Promise<readonly Converted[]> {
    const worker = this.#idle.pop() ?? this.#start();
    try {
      const converted = await this.#ask(worker, texts);
      this.#idle.push(worker);
      return converted;
    } catch (error) {
      this.#all.delete(worker);
      if (this.#isClosed) throw error;
      if (texts.length === 1)
        return [{ failed: `its wikitext ended a thread: ${messageOf(error)}` }];
      const alone: Converted[] = [];
      for (const text of texts) alone.push(...(await this.convert([text])));
      return alone;
    }
  }

  /** Ends the threads, whatever they are about. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  #start(): Worker {
    const worker = this.#startWorker();
    this.#all.add(worker);
    return worker;
  }

  #ask(worker: Worker, texts: readonly string[]): Promise<readonly Converted[]> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number) => reject(new Error(`it ended with code ${code}`));
      worker.once("error", reject);
      worker.once("exit", onExit);
      worker.once("message", (converted: readonly Converted[]) => {
        worker.off("error", reject);
        worker.off("exit", onExit);
        resolve(converted);
      });
      worker.postMessage({ texts, options: this.#options });
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function startWorker(): Worker {
  const url = import.meta.url;
  if (!url.endsWith(".ts")) return new Worker(new URL("./wiki-worker.js", url), { execArgv: [] });
  // TypeScript sources: tsx has to be registered in each thread before its first module is loaded. The library of
  // 150 modules comes before that: through its hooks it would take many times as long.
  const start = `
    const [tsx, library, worker] = require("node:worker_threads").workerData;
    Promise.all([import(tsx), import(library)])
      .then(([{ register }]) => { register(); return import(worker); });`;
  const workerData = [
    import.meta.resolve("tsx/esm/api"),
    import.meta.resolve("wtf_wikipedia"),
    new URL("./wiki-worker.ts", url).href,
  ];
  return new Worker(start, { execArgv: [], eval: true, workerData });
}
