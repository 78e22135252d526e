import type { Backend, Precision, State, TensorMap } from "../../backend/backend.ts";
import { allZeros } from "../../backend/border.ts";
import { Executables } from "../../backend/executables.ts";
import { adaptedParameters, moments } from "../../model/apply-program.ts";
import type { AlbertConfig } from "../../model/config.ts";
import { drawParameters } from "../../model/drawing.ts";
import { gradientName, initialState } from "../../model/gradient-program.ts";
import { applyInputs, type Optimiser } from "../../model/optimiser.ts";
import {
  type PretrainingPrograms,
  type PretrainingShape,
  pretrainingPrograms,
  usesDropout,
} from "../../model/pretraining.ts";
import type { Batch } from "./batches.ts";

/** What trains a model. */
export interface ModelOptions {
  readonly config: AlbertConfig;
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

/** Parameters, state and update are the same for all. */
const ANY_SHAPE: PretrainingShape = { batchSize: 1, sequenceLength: 1, maskedPositions: 1 };

/** A model in training on a backend; its programs are compiled for each shape of batches when it is first met. */
export class CompiledModel {
  readonly config: AlbertConfig;
  /** Names of the parameters with a trust ratio, in the order in which `apply` returns them. */
  readonly adapted: readonly string[];
  readonly #options: ModelOptions;
  readonly #programs: Pick<PretrainingPrograms, "parameters" | "state" | "apply">;
  readonly #state: State;
  readonly #executables: Executables;
  /** Whether all is still 0, gradients and moments. */
  #isNew = true;
  /** Settles when the parameters are there that are being drawn. */
  #drawn: Promise<void> = Promise.resolve();

  private constructor(backend: Backend, options: ModelOptions, state: State) {
    this.#options = options;
    this.config = options.config;
    this.#programs = programsOf(options, ANY_SHAPE);
    this.adapted = adaptedParameters(this.#programs.parameters, options.optimiser);
    this.#state = state;
    this.#executables = new Executables(backend, state);
  }

  /** A model whose parameters are all 0 until `initialise` or `write`. */
  static async create(backend: Backend, options: ModelOptions): Promise<CompiledModel> {
    const { state: specs } = programsOf(options, ANY_SHAPE);
    const state = await backend.createState(specs);
    return new CompiledModel(backend, options, state);
  }

  /**
   * Begins with parameters that are drawn from a seed, or given, and moments of 0. Returns while they are drawn: whatever
   * needs them waits, or throws what went wrong, when its programs are compiled.
   */
  async initialise(seed: number, given?: TensorMap): Promise<void> {
    await this.#drawn;
    const { parameters, state } = this.#programs;
    const values = Promise.resolve(given ?? drawParameters(parameters, this.config, seed));
    const isNew = this.#isNew;
    this.#isNew = false;
    this.#drawn = values.then((drawn) =>
      this.#state.write(isNew ? drawn : initialState(state, drawn)),
    );
    // It is thrown where it is waited for.
    this.#drawn.catch(() => {});
  }

  /**
   * The gradients of a batch, of which all parts have one shape, which stay with the parameters. `dropoutSeed` is one
   * int32 a step; `lossScale` serves float16 only.
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
    // It will be wanted next, and what is being drawn is not yet.
    await this.#apply();
    for (const [index, { inputs, shape }] of parts.entries()) {
      const gradients = await this.#executable("gradients", shape);
      await this.#drawn;
      const outputs = await gradients.run({
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
    const apply = await this.#apply();
    await this.#drawn;
    return (await apply.run(inputs))["trust_ratios"] ?? [];
  }

  /** Forgets gradients that are of no use, and of which no sum should be made. */
  async clearGradients(): Promise<void> {
    const names = new Set(Object.keys(this.#programs.parameters).map(gradientName));
    const specs = Object.entries(this.#state.specs).filter(([name]) => names.has(name));
    await this.#drawn;
    await this.#state.write(allZeros(Object.fromEntries(specs)));
  }

  /** Sums over the targets and rows of a part, without dropout. */
  async evaluate({ inputs, shape }: Batch): Promise<TensorMap> {
    const evaluate = await this.#executable("evaluate", shape);
    await this.#drawn;
    return evaluate.run(inputs);
  }

  /** The parameters as they are now. */
  async parameters(): Promise<TensorMap> {
    await this.#drawn;
    return this.#state.read(Object.keys(this.#programs.parameters));
  }

  /** The optimiser's moments as they are now. */
  async moments(): Promise<TensorMap> {
    await this.#drawn;
    return this.#state.read(Object.keys(moments(this.#programs.parameters)));
  }

  /** Puts parameters and moments in the place of those that are there. */
  async write(...values: readonly TensorMap[]): Promise<void> {
    await this.#drawn;
    this.#isNew = false;
    for (const some of values) await this.#state.write(some);
  }

  async dispose(): Promise<void> {
    await this.#drawn.catch(() => {});
    await this.#executables.dispose();
    await this.#state.dispose();
  }

  #apply() {
    return this.#executables.get("apply", () => this.#programs.apply);
  }

  #executable(program: "gradients" | "evaluate", shape: PretrainingShape) {
    return this.#executables.get(
      `${program} ${Object.values(shape).join(" ")}`,
      () => programsOf(this.#options, shape)[program],
    );
  }
}

function programsOf(options: ModelOptions, shape: PretrainingShape): PretrainingPrograms {
  const { config, optimiser, ...computation } = options;
  return pretrainingPrograms(config, shape, optimiser, computation);
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
