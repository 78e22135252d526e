import type { Backend, BackendOptions } from "../backend.ts";
import { openProvider } from "./provider.ts";
import { compile } from "./session.ts";
import { OnnxState } from "./state.ts";
import { onnxRuntimeVersion, onnxVersion, type ProviderName } from "./version.ts";

/**
 * Compiles programs for one of onnxruntime's providers. Runs of it block the event loop: give it a worker thread.
 * Throws an Error with the reason where that provider cannot be used.
 */
export async function onnxBackend(
  { threads }: BackendOptions,
  name: ProviderName = "cpu",
): Promise<Backend> {
  const provider = await openProvider(name, threads);
  const states = new Set<OnnxState>();
  return {
    name: name === "cpu" ? "onnxruntime" : `onnxruntime-${name}`,
    description: `onnxruntime ${onnxRuntimeVersion()}, ${provider.title}`,
    version: onnxVersion(name),
    precisions: provider.precisions,
    createState: async (specs, initial) => {
      const state = await provider.createState(specs, initial);
      states.add(state);
      return state;
    },
    compile: async (program, state) => {
      if (!(state instanceof OnnxState))
        throw new Error(`program "${program.name}": the state is another backend's`);
      if (!provider.precisions.includes(program.precision ?? "float32"))
        throw new Error(`program "${program.name}" is of float16, which the GPU does not have`);
      return compile(program, state, provider);
    },
    dispose: async () => {
      for (const state of states) await state.dispose();
    },
  };
}
