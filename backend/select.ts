import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import type { Backend, BackendOptions } from "./backend.ts";
import { isBuilt } from "./tensorflow/built.ts";
import { TENSORFLOW_PACKAGES } from "./tensorflow/packages.ts";

/** Backends, those for cards with CUDA first; `chooseBackend` says which one "auto" is. */
export const BACKEND_NAMES = ["tensorflow", "onnxruntime", "webgpu", "cpu"] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

/** Whether a backend can be used here, and what it is or why not. */
export interface BackendProbe {
  readonly name: BackendName;
  readonly available: boolean;
  readonly detail: string;
}

const CREATE: Readonly<Record<BackendName, (options: BackendOptions) => Promise<Backend>>> = {
  tensorflow: async () => (await import("./tensorflow/index.ts")).tensorflowBackend(),
  onnxruntime: async (options) => (await import("./onnx/index.ts")).onnxBackend(options),
  webgpu: async () => (await import("./webgpu.ts")).webgpuBackend(),
  cpu: async () => (await import("./tfjs.ts")).cpuBackend(),
};

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Computes 1 + 1, so that a library which loads and then fails is found out. */
async function prove(backend: Backend): Promise<void> {
  const scalar = { shape: [1], dtype: "float32" } as const;
  const { add } = await import("@tensorflow/tfjs-core");
  const state = await backend.createState({ one: scalar }, { one: Float32Array.of(1) });
  const program = await backend.compile(
    {
      name: "probe",
      state: { one: scalar },
      inputs: { x: scalar },
      run: ({ one }, { x }) => ({ outputs: { sum: add(one!, x!) } }),
    },
    state,
  );
  const { sum } = await program.run({ x: Float32Array.of(1) });
  await program.dispose();
  await state.dispose();
  if (sum?.[0] !== 2) throw new Error(`it computes 1 + 1 = ${sum?.[0]}`);
}

/** Tries every backend; never throws. */
export async function probeBackends(options: BackendOptions): Promise<readonly BackendProbe[]> {
  const probes: BackendProbe[] = [];
  for (const name of BACKEND_NAMES) {
    try {
      const backend = await CREATE[name](options);
      await prove(backend);
      probes.push({ name, available: true, detail: backend.description });
      await backend.dispose();
    } catch (error) {
      probes.push({ name, available: false, detail: reason(error) });
    }
  }
  return probes;
}

/** A backend that "auto" takes, and why it and no other. */
export interface Choice {
  readonly name: BackendName;
  readonly reason: string;
}

/**
 * The backend of a name; "auto" is TensorFlow on a CUDA card if there is one, else onnxruntime, else plain
 * JavaScript, and its description says why. Throws an Error that says why, where it cannot be used.
 */
export async function selectBackend(
  name: BackendName | "auto",
  options: BackendOptions,
): Promise<Backend> {
  const choice = await choose(name);
  let backend: Backend;
  try {
    backend = await CREATE[choice.name](options);
  } catch (error) {
    throw new Error(`the backend "${choice.name}" cannot be used here: ${reason(error)}`, {
      cause: error,
    });
  }
  if (name !== "auto") return backend;
  return { ...backend, description: `${backend.description} ("auto": ${choice.reason})` };
}

/**
 * `version` of the backend that `selectBackend` gives, for fingerprints. Of onnxruntime, the usual one, no more is
 * loaded than its binding, by which "auto" knows whether it can be used.
 */
export async function backendVersion(name: BackendName | "auto"): Promise<string> {
  const chosen = (await choose(name)).name;
  if (chosen === "onnxruntime") return (await import("./onnx/version.ts")).onnxVersion();
  return (await selectBackend(chosen, { threads: 1 })).version;
}

async function choose(name: BackendName | "auto"): Promise<Choice> {
  return name === "auto" ? chooseBackend() : { name, reason: "asked for" };
}

/**
 * What "auto" means on this machine. WebGPU is never taken unasked: whether a card is faster by it than the
 * processor by onnxruntime depends on the card, and nothing tells before.
 */
export async function chooseBackend(): Promise<Choice> {
  const [usesCuda, cuda] = await lookForCuda();
  if (usesCuda) return { name: "tensorflow", reason: cuda };
  return import("onnxruntime-node").then(
    () => ({ name: "onnxruntime", reason: `the fastest on a processor, and ${cuda}` }) as const,
    (error) => ({
      name: "cpu",
      reason: `${cuda}, and onnxruntime does not load: ${reason(error).split("\n", 1)[0]}`,
    }),
  );
}

/** Whether NVIDIA's driver is there: a look at a file, where loading TensorFlow to ask it takes seconds. */
function hasCudaCard(): boolean {
  if (process.platform !== "linux") return true;
  return ["/dev/nvidiactl", "/dev/dxg"].some((device) => existsSync(device)); // dxg: Windows's Linux
}

/** Whether TensorFlow's bindings are there, load and have found a card; and what there is to say about it. */
async function lookForCuda(): Promise<readonly [usable: boolean, finding: string]> {
  if (!hasCudaCard()) return [false, "no CUDA card is here"];
  const { resolve } = createRequire(import.meta.url);
  const isInstalled =
    isBuilt() ||
    TENSORFLOW_PACKAGES.some((name) => {
      try {
        return resolve(name) !== "";
      } catch {
        return false;
      }
    });
  if (!isInstalled) return [false, "no TensorFlow for a CUDA card is installed"];
  try {
    const { tensorflowBackend } = await import("./tensorflow/index.ts");
    const { usesGpu } = await tensorflowBackend();
    return usesGpu
      ? [true, "TensorFlow has found a CUDA card"]
      : [false, "TensorFlow has found no CUDA card"];
  } catch (error) {
    return [false, `TensorFlow does not load: ${reason(error).split("\n", 1)[0]}`];
  }
}
