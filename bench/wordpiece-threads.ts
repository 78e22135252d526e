import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { WordCounts } from "../lib/wordpiece/word-counts.ts";
import type { Request } from "./workers/wordpiece.ts";

export type SortedCounts = ReturnType<WordCounts["sorted"]>;

/** Worker threads that tokenise texts and count words, each its share. */
export class WordPieceThreads {
  readonly #workers: readonly Worker[];

  constructor(count: number) {
    // tsx has to be registered in each thread before its first module is loaded.
    const start = `
      const [tsx, worker] = require("node:worker_threads").workerData;
      import(tsx).then(({ register }) => { register(); return import(worker); });`;
    const workerData = [
      import.meta.resolve("tsx/esm/api"),
      new URL("./workers/wordpiece.ts", import.meta.url).href,
    ];
    this.#workers = Array.from(
      { length: count },
      () => new Worker(start, { eval: true, workerData }),
    );
  }

  /** Gives each thread a share of the texts, in order and of about the same size. */
  async load(texts: readonly string[]): Promise<void> {
    const lengths = texts.map((text) => Buffer.byteLength(text));
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const share = Math.ceil(total / this.#workers.length);
    const shares: string[][] = this.#workers.map(() => []);
    let before = 0;
    texts.forEach((text, at) => {
      shares[Math.min(Math.floor(before / share), shares.length - 1)]!.push(text);
      before += lengths[at]!;
    });
    await this.#ask((thread) => {
      const encoded = shares[thread]!.map((text) => Buffer.from(text));
      const starts = new Int32Array(encoded.length + 1);
      encoded.forEach((bytes, text) => {
        starts[text + 1] = starts[text]! + bytes.length;
      });
      return { kind: "load", bytes: new Uint8Array(Buffer.concat(encoded)), starts };
    });
  }

  /** Has each thread begin anew with a vocabulary. */
  async setVocab(pieces: readonly string[]): Promise<void> {
    await this.#ask(() => ({ kind: "vocab", pieces }));
  }

  /** Tokenises all texts; the seconds that it took. */
  async encode(): Promise<number> {
    const start = performance.now();
    await this.#ask(() => ({ kind: "encode" }));
    return (performance.now() - start) / 1000;
  }

  /** The ids of the last `encode`, those of all texts end to end. */
  async ids(): Promise<readonly Int32Array[]> {
    return (await this.#ask(() => ({ kind: "ids" }))) as Int32Array[];
  }

  /** Counts the words of files. */
  async count(files: readonly string[]): Promise<readonly SortedCounts[]> {
    const share = (thread: number) =>
      files.filter((_, file) => file % this.#workers.length === thread);
    return (await this.#ask((thread) => ({
      kind: "count",
      files: share(thread),
    }))) as SortedCounts[];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #ask(request: (thread: number) => Request): Promise<unknown[]> {
    return Promise.all(
      this.#workers.map(async (worker, thread) => {
        worker.postMessage(request(thread));
        const [answer] = await once(worker, "message");
        return answer;
      }),
    );
  }
}
