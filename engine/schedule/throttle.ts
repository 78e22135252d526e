/** Calls that are let through at most once in `intervalMs`; the last one held back is let through by `flush`. */
export class Throttle<T> {
  readonly #intervalMs: number;
  readonly #through: (value: T) => void;
  #held: { readonly value: T } | undefined;
  #last = Number.NEGATIVE_INFINITY;

  constructor(intervalMs: number, through: (value: T) => void) {
    this.#intervalMs = intervalMs;
    this.#through = through;
  }

  push(value: T): void {
    this.#held = { value };
    if (performance.now() - this.#last >= this.#intervalMs) this.flush();
  }

  flush(): void {
    if (this.#held === undefined) return;
    const { value } = this.#held;
    this.#held = undefined;
    this.#last = performance.now();
    this.#through(value);
  }
}
