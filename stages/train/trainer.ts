import type { Backend } from "../../backend/backend.ts";
import { PipelineError } from "../../engine/index.ts";
import { formatBytes } from "../../lib/format.ts";
import type { PretrainingShape } from "../../model/pretraining.ts";
import { makeBatch } from "./batches.ts";
import { type BatchResult, CompiledModel, type ModelOptions } from "./compiled-model.ts";
import type { ExampleView } from "./example-set.ts";
import { ONNXRUNTIME_BY_PRECISION, trainingMemory } from "./memory.ts";
import { isOutOfMemory } from "./out-of-memory.ts";
import { ascending, type PaddedLengths, paddedShape, paddedShapes } from "./shape.ts";

export interface TrainerOptions
  extends PaddedLengths,
    Pick<ModelOptions, "config" | "optimiser" | "recompute" | "precision"> {
  readonly backend: Backend;
  readonly batchSize: number;
  readonly microBatchSize: number;
  /** Whether smaller parts may be tried where memory runs out. */
  readonly shrinks: boolean;
  readonly onShrink: (microBatchSize: number) => void;
}

/** A batch to train on. */
export interface TrainingBatch {
  /** Called again where memory runs out. */
  examples(): Iterable<ExampleView>;
  /** The pieces of the longest of them. */
  readonly longest: number;
}

/** What became of a batch: `shape` is that of its parts, `tokens` counts pieces without padding. */
export interface Computed {
  readonly result: BatchResult;
  readonly shape: PretrainingShape;
  readonly tokens: number;
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

  /** A trainer of a model whose parameters are 0. A PipelineError where memory does not hold these. */
  static async create(options: TrainerOptions): Promise<Trainer> {
    const size = options.microBatchSize;
    try {
      return new Trainer(options, size, await modelOf(options, size));
    } catch (error) {
      throw isOutOfMemory(error) ? outOfMemory(options, size, error) : error;
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

  /** The lengths that batches are padded to, ascending. */
  get lengths(): readonly number[] {
    return ascending(this.#options).map(({ sequenceLength }) => sequenceLength);
  }

  /** The shape of a batch's parts of which the longest example has so many pieces. */
  shapeFor(longest: number): PretrainingShape {
    const lengths = ascending(this.#options);
    const fitting = lengths.find(({ sequenceLength }) => sequenceLength >= longest);
    return paddedShape(fitting ?? this.#options, this.#microBatchSize);
  }

  /** The gradients of a batch, which stay with the parameters, and the pieces in it. */
  async gradients(
    { examples, longest }: TrainingBatch,
    dropoutSeed: number,
    lossScale?: number,
  ): Promise<Computed> {
    for (;;) {
      try {
        const shape = this.shapeFor(longest);
        const parts = [...partsOf(examples(), shape)];
        const result = await this.#model.gradients(parts, dropoutSeed, lossScale);
        return { result, shape, tokens: parts.reduce((sum, { tokens }) => sum + tokens, 0) };
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
    this.#model = await modelOf(this.#options, size);
    await this.#model.write(...values);
    this.#microBatchSize = size;
  }
}

function* partsOf(examples: Iterable<ExampleView>, shape: PretrainingShape) {
  const iterator = examples[Symbol.iterator]();
  let next = iterator.next();
  while (!next.done) {
    const part = function* () {
      for (let row = 0; row < shape.batchSize && !next.done; row++, next = iterator.next())
        yield next.value;
    };
    yield makeBatch(part(), shape);
  }
}

function modelOf(options: TrainerOptions, microBatchSize: number): Promise<CompiledModel> {
  const { backend, config, optimiser, recompute, precision, batchSize } = options;
  const accumulates = microBatchSize < batchSize;
  return CompiledModel.create(backend, { config, optimiser, accumulates, recompute, precision });
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
  const { config, sequenceLength, shorter = [], shrinks, recompute, precision } = options;
  const model = ONNXRUNTIME_BY_PRECISION[precision];
  const memory = trainingMemory(config, paddedShapes(options, size), recompute, model);
  const state = memory.weights + memory.gradients + memory.moments + memory.update;
  const activations = memory.activations + memory.logits;
  const bins = shorter.length === 0 ? "" : "use fewer train.lengthBins, ";
  return new PipelineError("memory ran out", {
    where: `train, ${size} example${size === 1 ? "" : "s"} of ${sequenceLength} pieces at once`,
    expected: `about ${formatBytes(memory.total)}: ${formatBytes(state)} for parameters, gradients and moments, ${formatBytes(activations)} for activations`,
    got: cause instanceof Error ? cause.message : String(cause),
    hint: shrinks
      ? `${bins}make the model smaller, lower maxSeqLength, or use a machine with more memory`
      : `${bins}lower train.microBatchSize, or leave it out`,
    cause,
  });
}
