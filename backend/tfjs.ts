import * as tf from "@tensorflow/tfjs-core";
import type {
  Backend,
  Executable,
  Program,
  State,
  TensorData,
  TensorMap,
  TensorSpecs,
} from "./backend.ts";
import {
  allZeros,
  checkHeld,
  checkNames,
  checkSpecs,
  checkTensors,
  resultSpecs,
} from "./border.ts";
import { registerGradients } from "./gradients.ts";
import { withTfjsBackend } from "./with-tfjs-backend.ts";

/** A copy of the values; tfjs may hand out integers for floats that were cast from them. */
async function copyOut(tensor: tf.Tensor): Promise<TensorData> {
  const values = await tensor.data();
  return tensor.dtype === "float32" ? Float32Array.from(values) : Int32Array.from(values);
}

class EagerState implements State {
  readonly tensors = new Map<string, tf.Tensor>();
  readonly specs: TensorSpecs;
  readonly #tfjsName: string;

  constructor(tfjsName: string, specs: TensorSpecs) {
    this.#tfjsName = tfjsName;
    this.specs = specs;
  }

  async read(names = Object.keys(this.specs)): Promise<TensorMap> {
    checkHeld("State.read", this.specs, names);
    const values = names.map(async (name) => [name, await copyOut(this.tensors.get(name)!)]);
    return Object.fromEntries(await Promise.all(values));
  }

  async write(values: TensorMap): Promise<void> {
    checkTensors("State.write", this.specs, values, { partial: true });
    withTfjsBackend(this.#tfjsName, () => {
      for (const [name, value] of Object.entries(values)) {
        const { shape, dtype } = this.specs[name]!;
        this.replace(name, tf.tensor(value.slice(), [...shape], dtype));
      }
    });
  }

  replace(name: string, tensor: tf.Tensor): void {
    this.tensors.get(name)?.dispose();
    this.tensors.set(name, tf.keep(tensor));
  }

  async dispose(): Promise<void> {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
  }
}

class EagerExecutable implements Executable {
  readonly #tfjsName: string;
  readonly #program: Program;
  readonly #state: EagerState;

  constructor(tfjsName: string, program: Program, state: EagerState) {
    this.#tfjsName = tfjsName;
    this.#program = program;
    this.#state = state;
  }

  async run(inputs: TensorMap): Promise<TensorMap> {
    const { name, inputs: specs } = this.#program;
    checkTensors(`program "${name}"`, specs, inputs);
    const outputs = withTfjsBackend(this.#tfjsName, () => {
      const result = tf.tidy(() => this.#step(inputs));
      for (const [key, tensor] of Object.entries(result.state)) this.#state.replace(key, tensor);
      return result.outputs;
    });
    const values = Object.entries(outputs).map(async ([key, tensor]) => {
      const value = await copyOut(tensor);
      tensor.dispose();
      return [key, value] as const;
    });
    return Object.fromEntries(await Promise.all(values));
  }

  /** Fresh tensors, so that an output may be an input, a state tensor or another output. */
  #step(inputs: TensorMap) {
    const { name, inputs: specs, state } = this.#program;
    const where = `program "${name}"`;
    const fed = Object.entries(inputs).map(([key, value]) => {
      const { shape, dtype } = specs[key]!;
      return [key, tf.tensor(value.slice(), [...shape], dtype)];
    });
    const held = Object.keys(state).map((key) => [key, this.#state.tensors.get(key)!]);
    const result = this.#program.run(Object.fromEntries(held), Object.fromEntries(fed));
    checkSpecs(where, this.#state.specs, resultSpecs(where, result.state ?? {}));
    resultSpecs(where, result.outputs);
    const copies = (tensors: Readonly<Record<string, tf.Tensor>>) =>
      Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [key, tf.clone(tensor)]));
    return { state: copies(result.state ?? {}), outputs: copies(result.outputs) };
  }

  async dispose(): Promise<void> {}
}

/**
 * Runs programs op by op on a tfjs backend that is registered under `tfjsName` ("cpu", "tensorflow", ...).
 * Throws where tfjs cannot initialise it.
 */
export async function eagerBackend(tfjsName: string, description: string): Promise<Backend> {
  tf.enableProdMode();
  registerGradients();
  if (!(await tf.setBackend(tfjsName))) throw new Error(`tfjs cannot initialise "${tfjsName}"`);
  return {
    name: tfjsName,
    description,
    version: `tfjs-${tfjsName}-${tf.version_core}`,
    precisions: ["float32"],
    createState: async (specs, initial = allZeros(specs)) => {
      checkTensors("createState", specs, initial);
      const state = new EagerState(tfjsName, specs);
      await state.write(initial);
      return state;
    },
    compile: async (program, state) => {
      const where = `program "${program.name}"`;
      if (!(state instanceof EagerState))
        throw new Error(`${where}: the state is another backend's`);
      if (program.precision === "float16")
        throw new Error(`${where} is of float16: the backend "${tfjsName}" has float32 only`);
      checkNames(where, program.state, program.inputs);
      checkSpecs(where, state.specs, program.state);
      return new EagerExecutable(tfjsName, program, state);
    },
    dispose: async () => {},
  };
}

/** tfjs's plain JavaScript backend: slow, on any machine, and the reference that tests compare with. */
export async function cpuBackend(): Promise<Backend> {
  await import("@tensorflow/tfjs-backend-cpu");
  return eagerBackend("cpu", `tfjs ${tf.version_core}, plain JavaScript, 1 thread`);
}
