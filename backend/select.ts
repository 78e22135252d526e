import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import type { Backend, BackendOptions } from "./backend.ts";
import { isBuilt } from "./tensorflow/built.ts";
import { TENSORFLOW_PACKAGES } from "./tensorflow/packages.ts";

/** Backends, the preferred one first; "auto" takes the first that fits the machine. */
export const BACKEND_NAMES = ["tensorflow", "onnxruntime", "cpu"] as const;
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

/**
 * The backend of a name; "auto" is TensorFlow on a CUDA card if there is one, else onnxruntime, else plain
 * JavaScript. Throws an Error that says why, where it cannot be used.
 */
export async function selectBackend(
  name: BackendName | "auto",
  options: BackendOptions,
): Promise<Backend> {
  const chosen = await choose(name);
  try {
    return await CREATE[chosen](options);
  } catch (error) {
    throw new Error(`the backend "${chosen}" cannot be used here: ${reason(error)}`, {
      cause: error,
    });
  }
}

/**
 * `version` of the backend that `selectBackend` gives, for fingerprints. Of onnxruntime, the usual one, no more is
 * loaded than its binding, by which "auto" knows whether it can be used.
 */
export async function backendVersion(name: BackendName | "auto"): Promise<string> {
  const chosen = await choose(name);
  if (chosen === "onnxruntime") return (await import("./onnx/version.ts")).onnxVersion();
  return (await selectBackend(chosen, { threads: 1 })).version;
}

/** Which backend a name means on this machine. */
async function choose(name: BackendName | "auto"): Promise<BackendName> {
  if (name !== "auto") return name;
  if (await hasTensorflowOnGpu()) return "tensorflow";
  return import("onnxruntime-node").then(
    () => "onnxruntime",
    () => "cpu",
  );
}

/** Whether NVIDIA's driver is there: a look at a file, where loading TensorFlow to ask it takes seconds. */
function hasCudaCard(): boolean {
  if (process.platform !== "linux") return true;
  return ["/dev/nvidiactl", "/dev/dxg"].some((device) => existsSync(device)); // dxg: Windows's Linux
}

/** Whether TensorFlow's bindings are there, load and have found a card. */
async function hasTensorflowOnGpu(): Promise<boolean> {
  if (!hasCudaCard()) return false;
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
  if (!isInstalled) return false;
  try {
    const { tensorflowBackend } = await import("./tensorflow/index.ts");
    return (await tensorflowBackend()).usesGpu;
  } catch {
    return false;
  }
}
