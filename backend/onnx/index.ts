import type { Backend, BackendOptions } from "../backend.ts";
import { blockSize } from "./block-size.ts";
import { compile } from "./session.ts";
import { OnnxState } from "./state.ts";
import { onnxRuntimeVersion, onnxVersion } from "./version.ts";

/** Compiles programs for onnxruntime's CPU provider. Runs of it block the event loop: give it a worker thread. */
export async function onnxBackend({ threads }: BackendOptions): Promise<Backend> {
  const version = onnxRuntimeVersion();
  const blocks = await blockSize();
  const states = new Set<OnnxState>();
  return {
    name: "onnxruntime",
    description: `onnxruntime ${version}, CPU provider, ${threads} thread${threads === 1 ? "" : "s"}`,
    version: onnxVersion(),
    createState: async (specs, initial) => {
      const state = new OnnxState(specs, initial);
      states.add(state);
      return state;
    },
    compile: async (program, state) => {
      if (!(state instanceof OnnxState))
        throw new Error(`program "${program.name}": the state is another backend's`);
      return compile(program, state, threads, blocks);
    },
    dispose: async () => {
      for (const state of states) await state.dispose();
    },
  };
}
