import { EXIT, type ExitCode } from "../engine/index.ts";

/** How a run is asked to stop: first gently, then at once, then by leaving it. */
export class Stopping implements Disposable {
  readonly #gentle = new AbortController();
  readonly #hard = new AbortController();
  readonly #onAsked: (times: number) => void;
  readonly #handlers: readonly (readonly [NodeJS.Signals, () => void])[];
  #times = 0;
  /** The exit code of what stopped it first; undefined while nothing has. */
  exitCode: ExitCode | undefined;

  /** Listens for signals until disposed; `onAsked` is told how often it was asked. */
  constructor(onAsked: (times: number) => void) {
    this.#onAsked = onAsked;
    this.#handlers = [
      ["SIGINT", () => this.ask(EXIT.interrupted)],
      ["SIGTERM", () => this.ask(EXIT.terminated)],
      ["SIGHUP", () => this.ask(EXIT.terminated)],
    ];
    for (const [name, handler] of this.#handlers) process.on(name, handler);
  }

  /** Aborted first: finish the work in hand. */
  get signal(): AbortSignal {
    return this.#gentle.signal;
  }

  /** Aborted when asked again: end where you stand. */
  get abortSignal(): AbortSignal {
    return this.#hard.signal;
  }

  ask(exitCode: ExitCode): void {
    this.exitCode ??= exitCode;
    this.#times++;
    this.#onAsked(this.#times);
    if (this.#times === 1) this.#gentle.abort();
    else if (this.#times === 2) this.#hard.abort();
    else process.exit(this.exitCode);
  }

  [Symbol.dispose](): void {
    for (const [name, handler] of this.#handlers) process.off(name, handler);
  }
}
