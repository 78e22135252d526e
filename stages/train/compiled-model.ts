import type { Backend, Executable, Precision, State, TensorMap } from "../../backend/backend.ts";
import { adaptedParameters, moments } from "../../model/apply-program.ts";
import type { AlbertConfig } from "../../model/config.ts";
import { gradientName, initialState } from "../../model/gradient-program.ts";
import { applyInputs, type Optimiser } from "../../model/optimiser.ts";
import { initialParameters } from "../../model/parameters.ts";
import {
  type PretrainingShape,
  pretrainingPrograms,
  usesDropout,
} from "../../model/pretraining.ts";
import type { Batch } from "./batches.ts";

/** What trains a model: of a batch, and of the parts that it is computed in. */
export interface ModelOptions {
  readonly config: AlbertConfig;
  /** The shape of a part, which is the whole batch where it is not cut. */
  readonly shape: PretrainingShape;
  /** Whether a batch comes in several parts. */
  readonly accumulates: boolean;
  /** Whether layers are computed again for their gradients. */
  readonly recompute: boolean;
  readonly precision: Precision;
  readonly optimiser: Optimiser;
}

/** Losses and counts of a whole batch, before its update, and the norm of all gradients together. */
export interface BatchResult {
  readonly masked_lm_loss: number;
  readonly masked_lm_correct: number;
  readonly masked_lm_count: number;
  readonly sentence_order_loss: number;
  readonly sentence_order_correct: number;
  readonly sentence_order_count: number;
  readonly gradient_norm: number;
}

const SUMMED = [
  "masked_lm_loss",
  "masked_lm_correct",
  "masked_lm_count",
  "sentence_order_loss",
  "sentence_order_correct",
  "sentence_order_count",
] as const;

/** A model in training on a backend, with its programs compiled for batches, or parts of them, of one shape. */
export class CompiledModel {
  readonly config: AlbertConfig;
  readonly shape: PretrainingShape;
  /** Names of the parameters with a trust ratio, in the order in which `apply` returns them. */
  readonly adapted: readonly string[];
  readonly #options: ModelOptions;
  readonly #programs: ReturnType<typeof pretrainingPrograms>;
  readonly #state: State;
  readonly #gradients: Executable;
  readonly #apply: Executable;
  readonly #evaluate: Executable;

  private constructor(
    options: ModelOptions,
    programs: ReturnType<typeof pretrainingPrograms>,
    state: State,
    executables: readonly [Executable, Executable, Executable],
  ) {
    this.#options = options;
    this.config = options.config;
    this.shape = options.shape;
    this.adapted = adaptedParameters(programs.parameters, options.optimiser);
    this.#programs = programs;
    this.#state = state;
    [this.#gradients, this.#apply, this.#evaluate] = executables;
  }

  /** Compiles what trains a model whose parameters are all 0 until `initialise` or `write`. */
  static async create(backend: Backend, options: ModelOptions): Promise<CompiledModel> {
    const { config, shape, optimiser, ...computation } = options;
    const programs = pretrainingPrograms(config, shape, optimiser, computation);
    const state = await backend.createState(programs.state, initialState(programs.state, {}));
    const gradients = await backend.compile(programs.gradients, state);
    const apply = await backend.compile(programs.apply, state);
    const evaluate = await backend.compile(programs.evaluate, state);
    return new CompiledModel(options, programs, state, [gradients, apply, evaluate]);
  }

  /** Begins with parameters that are drawn from a seed, or given, and moments of 0. */
  async initialise(seed: number, given?: TensorMap): Promise<void> {
    const values = given ?? initialParameters(this.#programs.parameters, this.config, seed);
    await this.#state.write(initialState(this.#programs.state, values));
  }

  /**
   * The gradients of a batch, which stay with the parameters. `dropoutSeed` is one int32 a step; `lossScale` serves
   * float16 only.
   */
  async gradients(
    parts: readonly Batch[],
    dropoutSeed: number,
    lossScale = 1,
  ): Promise<BatchResult> {
    const { accumulates, precision } = this.#options;
    if (parts.length > 1 && !accumulates) throw new Error("the model is not compiled for parts");
    const totals = {
      masked_lm_total: Float32Array.of(totalOf(parts, "masked_lm_weights")),
      sentence_order_total: Float32Array.of(totalOf(parts, "sentence_order_weights")),
    };
    const result = Object.fromEntries([...SUMMED, "gradient_norm"].map((name) => [name, 0]));
    for (const [index, { inputs }] of parts.entries()) {
      const outputs = await this.#gradients.run({
        ...inputs,
        ...(usesDropout(this.config) && {
          dropout_seed: Int32Array.of(dropoutSeed),
          ...(accumulates && { dropout_part: Int32Array.of(index) }),
        }),
        ...(accumulates && { ...totals, kept: Float32Array.of(Number(index > 0)) }),
        ...(precision === "float16" && { loss_scale: Float32Array.of(lossScale) }),
      });
      for (const name of SUMMED) result[name]! += outputs[name]![0]!;
      // Of the gradients summed so far: the last is the batch's.
      result["gradient_norm"] = outputs["gradient_norm"]![0]!;
    }
    return result as unknown as BatchResult;
  }

  /** Moves the parameters by the gradients that are there; gives the trust ratios of `adapted`. */
  async apply(update: number, rate: number, gradientNorm: number): Promise<ArrayLike<number>> {
    const inputs = applyInputs(this.#options.optimiser, update, rate, gradientNorm);
    return (await this.#apply.run(inputs))["trust_ratios"] ?? [];
  }

  /** Forgets gradients that are of no use, and of which no sum should be made. */
  async clearGradients(): Promise<void> {
    const names = new Set(Object.keys(this.#programs.parameters).map(gradientName));
    const specs = Object.entries(this.#state.specs).filter(([name]) => names.has(name));
    await this.#state.write(initialState(Object.fromEntries(specs), {}));
  }

  /** Sums over the targets and rows of a part, without dropout. */
  evaluate({ inputs }: Batch): Promise<TensorMap> {
    return this.#evaluate.run(inputs);
  }

  /** The parameters as they are now. */
  parameters(): Promise<TensorMap> {
    return this.#state.read(Object.keys(this.#programs.parameters));
  }

  /** The optimiser's moments as they are now. */
  moments(): Promise<TensorMap> {
    return this.#state.read(Object.keys(moments(this.#programs.parameters)));
  }

  /** Puts parameters and moments in the place of those that are there. */
  async write(...values: readonly TensorMap[]): Promise<void> {
    for (const some of values) await this.#state.write(some);
  }

  async dispose(): Promise<void> {
    for (const executable of [this.#gradients, this.#apply, this.#evaluate])
      await executable.dispose();
    await this.#state.dispose();
  }
}

function totalOf(
  parts: readonly Batch[],
  weights: "masked_lm_weights" | "sentence_order_weights",
): number {
  return parts.reduce(
    (total, { inputs }) => inputs[weights].reduce((sum, weight) => sum + weight, total),
    0,
  );
}
