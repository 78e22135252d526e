import type { Backend } from "../../backend/backend.ts";
import { PipelineError } from "../../engine/index.ts";
import { formatBytes } from "../../lib/format.ts";
import { makeBatch } from "./batches.ts";
import { type BatchResult, CompiledModel, type ModelOptions } from "./compiled-model.ts";
import type { ExampleView } from "./example-set.ts";
import { trainingMemory } from "./memory.ts";
import { isOutOfMemory } from "./out-of-memory.ts";

export interface TrainerOptions
  extends Pick<ModelOptions, "config" | "optimiser" | "recompute" | "precision"> {
  readonly backend: Backend;
  readonly batchSize: number;
  readonly microBatchSize: number;
  /** Whether smaller parts may be tried where memory runs out. */
  readonly shrinks: boolean;
  readonly sequenceLength: number;
  /** Most targets that an example has. */
  readonly mostTargets: number;
  readonly onShrink: (microBatchSize: number) => void;
}

/** A model with batches cut into parts that fit into memory. */
export class Trainer {
  readonly #options: TrainerOptions;
  #microBatchSize: number;
  #model: CompiledModel;

  private constructor(options: TrainerOptions, microBatchSize: number, model: CompiledModel) {
    this.#options = options;
    this.#microBatchSize = microBatchSize;
    this.#model = model;
  }

  /** Compiles a model; smaller parts are tried where memory runs out. Its parameters are 0. */
  static async create(options: TrainerOptions): Promise<Trainer> {
    let size = options.microBatchSize;
    for (;;) {
      try {
        return new Trainer(options, size, await compiled(options, size));
      } catch (error) {
        size = smaller(options, size, error);
      }
    }
  }

  /** Examples of a whole batch. */
  get batchSize(): number {
    return this.#options.batchSize;
  }

  get model(): CompiledModel {
    return this.#model;
  }

  /** Examples that are computed at once. */
  get microBatchSize(): number {
    return this.#microBatchSize;
  }

  /**
   * The gradients of a batch, which stay with the parameters, and the pieces in it. `examples` may be called again,
   * where memory runs out.
   */
  async gradients(
    examples: () => Iterable<ExampleView>,
    dropoutSeed: number,
    lossScale?: number,
  ): Promise<{ readonly result: BatchResult; readonly tokens: number }> {
    for (;;) {
      try {
        const parts = [...partsOf(examples(), this.#microBatchSize, this.#model)];
        const result = await this.#model.gradients(parts, dropoutSeed, lossScale);
        return { result, tokens: parts.reduce((sum, { tokens }) => sum + tokens, 0) };
      } catch (error) {
        await this.#shrink(error);
      }
    }
  }

  async dispose(): Promise<void> {
    await this.#model.dispose();
  }

  /** Takes smaller parts, with parameters and moments as they are; throws where there are none. */
  async #shrink(error: unknown): Promise<void> {
    const size = smaller(this.#options, this.#microBatchSize, error);
    const values = [await this.#model.parameters(), await this.#model.moments()];
    await this.#model.dispose();
    this.#model = await compiled(this.#options, size);
    await this.#model.write(...values);
    this.#microBatchSize = size;
  }
}

function* partsOf(examples: Iterable<ExampleView>, size: number, { shape }: CompiledModel) {
  const iterator = examples[Symbol.iterator]();
  let next = iterator.next();
  while (!next.done) {
    const part = function* () {
      for (let row = 0; row < size && !next.done; row++, next = iterator.next()) yield next.value;
    };
    yield makeBatch(part(), shape);
  }
}

function compiled(options: TrainerOptions, microBatchSize: number): Promise<CompiledModel> {
  const { backend, config, optimiser, batchSize, sequenceLength, mostTargets } = options;
  const shape = {
    batchSize: microBatchSize,
    sequenceLength,
    maskedPositions: microBatchSize * mostTargets,
  };
  const accumulates = microBatchSize < batchSize;
  const { recompute, precision } = options;
  const computation = { accumulates, recompute, precision };
  return CompiledModel.create(backend, { config, optimiser, shape, ...computation });
}

/** The size to try next; throws what went wrong where that was not memory, or where nothing smaller can be tried. */
function smaller(options: TrainerOptions, size: number, error: unknown): number {
  if (!isOutOfMemory(error)) throw error;
  if (!options.shrinks || size === 1) throw outOfMemory(options, size, error);
  const half = Math.ceil(size / 2);
  options.onShrink(half);
  return half;
}

function outOfMemory(options: TrainerOptions, size: number, cause: unknown): PipelineError {
  const { config, sequenceLength, mostTargets, shrinks } = options;
  const shape = { batchSize: size, sequenceLength, maskedPositions: size * mostTargets };
  const memory = trainingMemory(config, shape, options.recompute);
  const state = memory.weights + memory.gradients + memory.moments + memory.update;
  const activations = memory.activations + memory.logits;
  return new PipelineError("memory ran out", {
    where: `train, ${size} example${size === 1 ? "" : "s"} of ${sequenceLength} pieces at once`,
    expected: `about ${formatBytes(memory.total)}: ${formatBytes(state)} for parameters, gradients and moments, ${formatBytes(activations)} for activations`,
    got: cause instanceof Error ? cause.message : String(cause),
    hint: shrinks
      ? "make the model smaller, lower maxSeqLength, or use a machine with more memory"
      : "lower train.microBatchSize, or leave it out",
    cause,
  });
}
