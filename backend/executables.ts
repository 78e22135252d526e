import type { Backend, Executable, Program, State } from "./backend.ts";

/** Programs over one state, each compiled when it is first needed. */
export class Executables {
  readonly #backend: Backend;
  readonly #state: State;
  readonly #compiled = new Map<string, Executable>();

  constructor(backend: Backend, state: State) {
    this.#backend = backend;
    this.#state = state;
  }

  /** The program of a key, which `program` makes where it has not been asked for before. */
  async get(key: string, program: () => Program): Promise<Executable> {
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const executable = await this.#backend.compile(program(), this.#state);
    this.#compiled.set(key, executable);
    return executable;
  }

  /** Disposes of the programs; the state stays. */
  async dispose(): Promise<void> {
    for (const executable of this.#compiled.values()) await executable.dispose();
  }
}
