import type { Executable, Program, TensorMap } from "../../backend.ts";
import { checkTensors } from "../../border.ts";
import type { Graph } from "../graph.ts";
import type { HostState } from "../state.ts";
import { type Form, Kernel, keyOf } from "./kernel.ts";
import { Numbers } from "./numbers.ts";
import { type Plan, planOf, type Sums, type Updates } from "./plan.ts";

interface Pass<Of> {
  readonly of: Of;
  readonly kernel: Kernel;
}

/**
 * Compiles a program that only goes through the state's tensors element by element to loops, one a tensor, where
 * onnxruntime makes a pass over memory for every operation and a copy of whatever is written; undefined where it is another
 * program, or the processor has no vectors.
 */
export function loops(program: Program, graph: Graph, state: HostState): Executable | undefined {
  const plan = planOf(graph);
  if (plan === undefined) return;
  const kernels = new Map<string, Kernel>();
  const kernelOf = (form: Form): Kernel => {
    const key = keyOf(form);
    const kernel = kernels.get(key) ?? new Kernel(form);
    kernels.set(key, kernel);
    return kernel;
  };
  try {
    const sums = plan.sums.map((of) => ({ of, kernel: kernelOf(of) }));
    const updates = plan.updates.map((of) => ({ of, kernel: kernelOf(formOf(of)) }));
    return new Loops(program, plan, sums, updates, state);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return;
    throw error;
  }
}

/** Writes a tensor's new values where its present ones are read. */
function formOf({ expression, names }: Updates): Form {
  const { tensors } = expression;
  const others = names.filter((name) => !tensors.includes(name));
  const arrays = [...tensors, ...others];
  return { expression, stores: names.map((name) => arrays.indexOf(name)) };
}

class Loops implements Executable {
  readonly #program: Program;
  readonly #plan: Plan;
  readonly #sums: readonly Pass<Sums>[];
  readonly #updates: readonly Pass<Updates>[];
  readonly #state: HostState;
  #disposed = false;

  constructor(
    program: Program,
    plan: Plan,
    sums: readonly Pass<Sums>[],
    updates: readonly Pass<Updates>[],
    state: HostState,
  ) {
    this.#program = program;
    this.#plan = plan;
    this.#sums = sums;
    this.#updates = updates;
    this.#state = state;
  }

  async run(inputs: TensorMap): Promise<TensorMap> {
    const where = `program "${this.#program.name}"`;
    if (this.#disposed) throw new Error(`${where} has been disposed`);
    checkTensors(where, this.#program.inputs, inputs);
    const numbers = new Numbers(({ attributes: { name, resident } }) =>
      resident ? this.#tensor(name)[0]! : inputs[name]![0]!,
    );
    const all = (names: readonly string[]) => names.map((name) => this.#tensor(name));
    for (const { of, kernel } of this.#sums) {
      const { tensors, numbers: read } = of.expression;
      const values = kernel.sum(
        all(tensors),
        read.map((x) => numbers.of(x)),
      );
      for (const [index, sum] of of.nodes.entries()) numbers.set(sum, values[index]!);
    }
    // Numbers are read before anything is written.
    const read = this.#updates.map(({ of }) => of.expression.numbers.map((x) => numbers.of(x)));
    const written = [...this.#plan.numbers].map(([name, x]) => [name, numbers.of(x)] as const);
    const outputs = [...this.#plan.outputs].map(([name, list]) => [
      name,
      Float32Array.from(list, (x) => numbers.of(x)),
    ]);
    for (const [index, { of, kernel }] of this.#updates.entries())
      kernel.write(all(of.expression.tensors), read[index]!, all(of.names));
    for (const [name, value] of written) this.#tensor(name)[0] = value;
    return Object.fromEntries(outputs);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
  }

  #tensor(name: string): Float32Array {
    return this.#state.current(name).data as Float32Array;
  }
}
