import type { Backend } from "../../backend/backend.ts";
import { matmulPeak } from "../../backend/matmul-peak.ts";
import type { AlbertConfig } from "../../model/config.ts";
import { stepFlops } from "../../model/step-cost.ts";
import type { Computed, Trainer } from "./trainer.ts";

/** Measuring the peak takes a moment, which a training of seconds has no use for. */
const WORTH_SECONDS = 10;

type WatchedModel = Pick<Trainer["model"], "config">;

/** What a training costs: never part of an artifact, since it differs from run to run. */
export class Watch {
  readonly #backend: Backend;
  readonly #config: AlbertConfig;
  readonly #batchSize: number;
  readonly #measurePeak: (backend: Backend) => Promise<number>;
  #started = 0;
  #allSeconds = 0;
  #seconds = 0;
  #tokens = 0;
  #flops = 0;
  #peak: number | undefined;

  constructor(
    backend: Backend,
    { model, batchSize }: Pick<Trainer, "batchSize"> & { readonly model: WatchedModel },
    measurePeak: (backend: Backend) => Promise<number> = matmulPeak,
  ) {
    this.#backend = backend;
    this.#measurePeak = measurePeak;
    this.#config = model.config;
    this.#batchSize = batchSize;
  }

  /** A step begins. */
  start(): void {
    this.#started = performance.now();
  }

  /** A step is over. */
  stop({ tokens, shape }: Pick<Computed, "tokens" | "shape">): void {
    const seconds = (performance.now() - this.#started) / 1000;
    this.#seconds += seconds;
    this.#allSeconds += seconds;
    this.#tokens += tokens;
    this.#flops += (stepFlops(this.#config, shape) * this.#batchSize) / shape.batchSize;
  }

  /** Metrics since the last call. */
  async values(): Promise<Readonly<Record<string, number>>> {
    const [tokens, seconds, flops] = [this.#tokens, this.#seconds, this.#flops];
    this.#tokens = 0;
    this.#seconds = 0;
    this.#flops = 0;
    const memory_bytes = process.memoryUsage.rss();
    if (seconds === 0) return { memory_bytes };
    // Plain JavaScript would take seconds for it, and nobody trains there for speed.
    if (this.#allSeconds > WORTH_SECONDS && this.#backend.name !== "cpu")
      this.#peak ??= await this.#measurePeak(this.#backend);
    return {
      tokens_per_second: tokens / seconds,
      ...(this.#peak !== undefined && {
        matmul_peak_share: flops / seconds / this.#peak,
      }),
      memory_bytes,
    };
  }
}
