import type { Backend, State, TensorMap } from "../../backend/backend.ts";
import { Executables } from "../../backend/executables.ts";
import {
  type ClassificationPrograms,
  type ClassificationTask,
  classificationPrograms,
} from "../../model/classification.ts";
import type { AlbertConfig } from "../../model/config.ts";
import { initialState } from "../../model/gradient-program.ts";
import { initialParameters } from "../../model/initial-parameters.ts";
import { applyInputs, type Optimiser } from "../../model/optimiser.ts";
import { encoderParameters } from "../../model/parameters.ts";
import { decayOf } from "./used-pieces.ts";

export interface ClassifierOptions {
  readonly config: AlbertConfig;
  readonly task: ClassificationTask;
  readonly batchSize: number;
  readonly classifierDropout: number;
  readonly optimiser: Optimiser;
}

/** Loss of one step, before its update, and the norm of all gradients together. */
export interface StepResult {
  readonly loss: number;
  readonly gradientNorm: number;
}

/** A model at some time of its training. */
export interface Snapshot {
  readonly parameters: TensorMap;
  /** What weight decay alone has by then made of 1: what becomes of parameters that no gradient reaches. */
  readonly decay: number;
}

/** An encoder with a classifier on top, kept where the backend computes; compiled for each length when first met. */
export class Classifier {
  readonly #options: ClassifierOptions;
  readonly #state: State;
  readonly #executables: Executables;
  #decay = 1;
  /** Whether `gradients` wants a `dropout_seed`. */
  readonly drops: boolean;

  private constructor(backend: Backend, options: ClassifierOptions, state: State) {
    this.#options = options;
    this.#state = state;
    this.#executables = new Executables(backend, state);
    this.drops = "dropout_seed" in programsOf(options, 1).gradients.inputs;
  }

  /** Begins with a pretrained encoder's values and a fresh classifier, drawn from the seed. */
  static async create(
    backend: Backend,
    options: ClassifierOptions,
    encoder: TensorMap,
    seed: number,
  ): Promise<Classifier> {
    const { config } = options;
    const pretrained = encoderParameters(config);
    const { state: specs, parameters } = programsOf(options, 1);
    const fresh = Object.fromEntries(
      Object.entries(parameters).filter(([name]) => !(name in pretrained)),
    );
    const initial = initialState(specs, {
      ...encoder,
      ...initialParameters(fresh, config, seed),
    });
    return new Classifier(backend, options, await backend.createState(specs, initial));
  }

  /** Computes the gradients of a batch and leaves them with the parameters. */
  async gradients(sequenceLength: number, inputs: TensorMap): Promise<StepResult> {
    const executable = await this.#executable("gradients", sequenceLength);
    const { loss, gradient_norm } = await executable.run(inputs);
    return { loss: loss![0]!, gradientNorm: gradient_norm![0]! };
  }

  /** Moves the parameters by the gradients that are there. */
  async apply(step: number, learningRate: number, gradientNorm: number): Promise<void> {
    // The optimiser's program has no length; any serves as its key.
    const executable = await this.#executable("apply", 1);
    const { optimiser } = this.#options;
    await executable.run(applyInputs(optimiser, step, learningRate, gradientNorm));
    this.#decay *= decayOf(optimiser, learningRate);
  }

  /** Logits, row by row, as `ClassificationPrograms` says. */
  async predict(sequenceLength: number, inputs: TensorMap): Promise<Float32Array> {
    const executable = await this.#executable("predict", sequenceLength);
    return (await executable.run(inputs))["logits"] as Float32Array;
  }

  /** Copies of all parameters, and how far weight decay has come. */
  async read(): Promise<Snapshot> {
    const names = Object.keys(programsOf(this.#options, 1).parameters);
    return { parameters: await this.#state.read(names), decay: this.#decay };
  }

  /** Puts parameters that were read back. */
  async write({ parameters, decay }: Snapshot): Promise<void> {
    await this.#state.write(parameters);
    this.#decay = decay;
  }

  async dispose(): Promise<void> {
    await this.#executables.dispose();
    await this.#state.dispose();
  }

  #executable(program: "gradients" | "apply" | "predict", sequenceLength: number) {
    return this.#executables.get(
      `${program} ${sequenceLength}`,
      () => programsOf(this.#options, sequenceLength)[program],
    );
  }
}

function programsOf(options: ClassifierOptions, sequenceLength: number): ClassificationPrograms {
  const { config, task, batchSize, classifierDropout, optimiser } = options;
  const shape = { batchSize, sequenceLength };
  return classificationPrograms(config, shape, task, classifierDropout, optimiser);
}
