import { EXIT, type ExitCode } from "../engine/index.ts";

/**
 * How a run is asked to stop: gently the first time; the second time the process dies by the signal, as shells expect
 * it (they show 130 or 143). It is not ended from within, since a worker thread that is ended while it is inside of a
 * native library aborts the process. What is finished is whole at any moment.
 */
export class Stopping implements Disposable {
  readonly #gentle = new AbortController();
  readonly #onAsked: (times: 1 | 2) => void;
  readonly #handlers: readonly (readonly [NodeJS.Signals, () => void])[];
  /** The exit code of what stopped it; undefined while nothing has. */
  exitCode: ExitCode | undefined;

  /** Listens for signals until disposed. What `onAsked` is told to say the second time are the last words. */
  constructor(onAsked: (times: 1 | 2) => void) {
    this.#onAsked = onAsked;
    this.#handlers = [
      ["SIGINT", () => this.ask(EXIT.interrupted)],
      ["SIGTERM", () => this.ask(EXIT.terminated)],
      ["SIGHUP", () => this.ask(EXIT.terminated)],
    ];
    for (const [name, handler] of this.#handlers) process.on(name, handler);
  }

  /** Aborted when first asked: finish the work in hand. */
  get signal(): AbortSignal {
    return this.#gentle.signal;
  }

  ask(exitCode: typeof EXIT.interrupted | typeof EXIT.terminated): void {
    if (this.exitCode === undefined) {
      this.exitCode = exitCode;
      this.#onAsked(1);
      this.#gentle.abort();
    } else {
      this.#onAsked(2);
      die(exitCode === EXIT.interrupted ? "SIGINT" : "SIGTERM");
    }
  }

  [Symbol.dispose](): void {
    for (const [name, handler] of this.#handlers) process.off(name, handler);
  }
}

function die(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
