import { createRequire } from "node:module";
import type { Backend, BackendOptions } from "./backend.ts";
import { TENSORFLOW_PACKAGES } from "./tensorflow-packages.ts";

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
  tensorflow: async () => (await import("./tensorflow.ts")).tensorflowBackend(),
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
  if (name !== "auto") {
    try {
      return await CREATE[name](options);
    } catch (error) {
      throw new Error(`The backend "${name}" cannot be used here: ${reason(error)}`, {
        cause: error,
      });
    }
  }
  return (await tensorflowOnGpu()) ?? CREATE.onnxruntime(options).catch(() => CREATE.cpu(options));
}

/** TensorFlow, if its bindings are installed, load and have found a card. */
async function tensorflowOnGpu(): Promise<Backend | undefined> {
  const { resolve } = createRequire(import.meta.url);
  const isInstalled = TENSORFLOW_PACKAGES.some((name) => {
    try {
      return resolve(name) !== "";
    } catch {
      return false;
    }
  });
  if (!isInstalled) return undefined;
  try {
    const { tensorflowBackend } = await import("./tensorflow.ts");
    const backend = await tensorflowBackend();
    return backend.usesGpu ? backend : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `version` of the backend that `selectBackend` would give, for fingerprints; onnxruntime, the usual one, is not
 * loaded for it.
 */
export async function backendVersion(name: BackendName | "auto"): Promise<string> {
  const chosen = name === "auto" ? ((await tensorflowOnGpu())?.version ?? "onnxruntime") : name;
  if (chosen === "onnxruntime") {
    const { onnxVersion } = await import("./onnx/version.ts");
    return onnxVersion();
  }
  return name === "auto" ? chosen : (await selectBackend(name, { threads: 1 })).version;
}
