import { setImmediate } from "node:timers/promises";
import type { Backend, Executable, State } from "../../../backend/backend.ts";
import type { Checkpoint } from "../../../model/checkpoint.ts";
import { pretrainingParameters } from "../../../model/parameters.ts";
import { evaluateProgram, type PretrainingShape } from "../../../model/pretraining.ts";
import { makeBatch, runsOf } from "../batches.ts";
import { type ExampleSet, viewOf } from "../example-set.ts";
import { Measurement } from "../measurement.ts";

/** What a model makes of some examples. */
export interface Reading {
  readonly measured: ReturnType<Measurement["values"]>;
  /** Hidden states at [CLS], an example a row: [examples, H]. */
  readonly states: Float32Array;
  readonly labels: readonly number[];
}

/** A model that only reads. */
export class Reader {
  readonly #hiddenSize: number;
  readonly #shape: PretrainingShape;
  readonly #state: State;
  readonly #program: Executable;

  private constructor(
    hiddenSize: number,
    shape: PretrainingShape,
    state: State,
    program: Executable,
  ) {
    this.#hiddenSize = hiddenSize;
    this.#shape = shape;
    this.#state = state;
    this.#program = program;
  }

  static async open(
    backend: Backend,
    { config, parameters }: Checkpoint,
    shape: PretrainingShape,
  ): Promise<Reader> {
    const state = await backend.createState(pretrainingParameters(config), parameters);
    const program = evaluateProgram(config, shape, { firstStates: true });
    return new Reader(config.hiddenSize, shape, state, await backend.compile(program, state));
  }

  /** Reads examples of a set batch by batch; `onBatch` is told how many. */
  async read(
    set: ExampleSet,
    examples: Int32Array,
    onBatch: (examples: number) => void,
  ): Promise<Reading> {
    const measured = new Measurement();
    const states = new Float32Array(examples.length * this.#hiddenSize);
    let read = 0;
    for (const run of runsOf(examples, this.#shape.batchSize)) {
      await setImmediate();
      onBatch(run.length);
      const views = Array.from(run, (example) => viewOf(set, example));
      const outputs = await this.#program.run(makeBatch(views, this.#shape).inputs);
      measured.addSums(outputs);
      const firstStates = outputs["first_states"] as Float32Array;
      states.set(firstStates.subarray(0, run.length * this.#hiddenSize), read * this.#hiddenSize);
      read += run.length;
    }
    return {
      measured: measured.values(),
      states,
      labels: Array.from(examples, (example) => set.orderLabels[example]!),
    };
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
    await this.#state.dispose();
  }
}
