/** What a training costs: never part of an artifact, since it differs from run to run. */
export class Watch {
  #started = 0;
  #seconds = 0;
  #tokens = 0;

  /** A step begins. */
  start(): void {
    this.#started = performance.now();
  }

  /** A step of so many pieces, padding left out, is over. */
  stop(tokens: number): void {
    this.#seconds += (performance.now() - this.#started) / 1000;
    this.#tokens += tokens;
  }

  /** Metrics since the last call. */
  values(): Readonly<Record<string, number>> {
    const [tokens, seconds] = [this.#tokens, this.#seconds];
    this.#tokens = 0;
    this.#seconds = 0;
    return {
      ...(seconds > 0 && { tokens_per_second: tokens / seconds }),
      memory_bytes: process.memoryUsage.rss(),
    };
  }
}
