import type { Backend, Program, TensorMap } from "../../backend/backend.ts";

/** Sees every run of a program: may throw, or change what it returns. */
export type Fault = (
  program: Program,
  call: number,
  outputs: () => Promise<TensorMap>,
) => Promise<TensorMap>;

/** A backend of which runs of programs whose name begins with `name` go wrong as told; calls are counted from 0. */
export function faulty(backend: Backend, name: string, fault: Fault): Backend {
  let calls = 0;
  return {
    ...backend,
    async compile(program, state) {
      const executable = await backend.compile(program, state);
      if (!program.name.startsWith(name)) return executable;
      return {
        run: (inputs) => fault(program, calls++, () => executable.run(inputs)),
        dispose: () => executable.dispose(),
      };
    },
  };
}

/** The gradients of some calls come to nothing: their norm is no number. */
export function noGradients(backend: Backend, isFaulty: (call: number) => boolean): Backend {
  return faulty(backend, "pretraining-gradients", async (_, call, outputs) => {
    const values = await outputs();
    return isFaulty(call) ? { ...values, gradient_norm: Float32Array.of(Number.NaN) } : values;
  });
}
