import type { Backend, Executable, TensorMap } from "../../backend/backend.ts";
import type { AlbertConfig } from "../../model/config.ts";
import { initialState } from "../../model/gradient-program.ts";
import type { Optimiser } from "../../model/optimiser.ts";
import { initialParameters } from "../../model/parameters.ts";
import { type PretrainingShape, pretrainingPrograms } from "../../model/pretraining.ts";

/** A fresh model on a backend, with its programs compiled for batches of one shape. */
export interface CompiledModel {
  readonly config: AlbertConfig;
  readonly shape: PretrainingShape;
  readonly gradients: Executable;
  readonly apply: Executable;
  readonly evaluate: Executable;
  /** The parameters as they are now. */
  parameters(): Promise<TensorMap>;
  dispose(): Promise<void>;
}

/** Initialises a model from a seed and compiles what trains it. */
export async function compileModel(
  backend: Backend,
  config: AlbertConfig,
  shape: PretrainingShape,
  optimiser: Optimiser,
  seed: number,
): Promise<CompiledModel> {
  const programs = pretrainingPrograms(config, shape, optimiser);
  const initial = initialParameters(programs.parameters, config, seed);
  const state = await backend.createState(programs.state, initialState(programs.state, initial));
  const gradients = await backend.compile(programs.gradients, state);
  const apply = await backend.compile(programs.apply, state);
  const evaluate = await backend.compile(programs.evaluate, state);
  return {
    config,
    shape,
    gradients,
    apply,
    evaluate,
    parameters: () => state.read(Object.keys(programs.parameters)),
    async dispose() {
      for (const executable of [gradients, apply, evaluate]) await executable.dispose();
      await state.dispose();
    },
  };
}
