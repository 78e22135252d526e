import type { Backend, BackendOptions, Precision } from "./backend.ts";
import { hasCudaCard, lookForOnnxCuda, lookForTensorflow, unusable } from "./cuda-card.ts";
import { firstLine } from "./first-line.ts";
import type { ProviderName } from "./onnx/version.ts";

/** Backends, those for cards with CUDA first; `chooseBackend` says which one "auto" is. */
export const BACKEND_NAMES = [
  "tensorflow",
  "onnxruntime-cuda",
  "onnxruntime",
  "onnxruntime-webgpu",
  "webgpu",
  "cpu",
] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

/** Whether a backend can be used here, and what it is or why not. */
export interface BackendProbe {
  readonly name: BackendName;
  readonly available: boolean;
  readonly detail: string;
}

const CREATE: Readonly<Record<BackendName, (options: BackendOptions) => Promise<Backend>>> = {
  tensorflow: async () => (await import("./tensorflow/index.ts")).tensorflowBackend(),
  "onnxruntime-cuda": async (options) => onnxruntime(options, "cuda"),
  onnxruntime: async (options) => onnxruntime(options, "cpu"),
  "onnxruntime-webgpu": async (options) => onnxruntime(options, "webgpu"),
  webgpu: async () => (await import("./webgpu.ts")).webgpuBackend(),
  cpu: async () => (await import("./tfjs.ts")).cpuBackend(),
};

async function onnxruntime(options: BackendOptions, provider: ProviderName): Promise<Backend> {
  return (await import("./onnx/index.ts")).onnxBackend(options, provider);
}

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

/** Tries a backend in this process; never throws. */
export async function probeBackend(
  name: BackendName,
  options: BackendOptions,
): Promise<BackendProbe> {
  try {
    const backend = await CREATE[name](options);
    await prove(backend);
    await backend.dispose();
    return { name, available: true, detail: backend.description };
  } catch (error) {
    return { name, available: false, detail: reason(error) };
  }
}

/** A backend that "auto" takes, and why it and no other. */
export interface Choice {
  readonly name: BackendName;
  readonly reason: string;
}

/**
 * The backend of a name, or the one that "auto" means (see `chooseBackend`), whose description then says why. Throws an
 * Error that says why, where it cannot be used.
 */
export async function selectBackend(
  name: BackendName | "auto",
  options: BackendOptions,
): Promise<Backend> {
  const { precision = "float32" } = options;
  const choice = await choose(name, precision);
  let backend: Backend;
  try {
    backend = await CREATE[choice.name](options);
  } catch (error) {
    throw new Error(`the backend "${choice.name}" cannot be used here: ${reason(error)}`, {
      cause: error,
    });
  }
  if (!backend.precisions.includes(precision)) {
    await backend.dispose();
    throw new Error(
      `the backend "${choice.name}" computes in ${backend.precisions.join(" and ")} only; ${precision} needs one of onnxruntime's, and by WebGPU a GPU with shader-f16`,
    );
  }
  if (name !== "auto") return backend;
  return { ...backend, description: `${backend.description} ("auto": ${choice.reason})` };
}

const PROVIDER_OF: Partial<Readonly<Record<BackendName, ProviderName>>> = {
  onnxruntime: "cpu",
  "onnxruntime-cuda": "cuda",
  "onnxruntime-webgpu": "webgpu",
};

/**
 * `version` of the backend that `selectBackend` gives, for fingerprints. Of onnxruntime, the usual one, no more is
 * loaded than its binding, by which "auto" knows whether it can be used.
 */
export async function backendVersion(
  name: BackendName | "auto",
  precision: Precision = "float32",
): Promise<string> {
  const chosen = (await choose(name, precision)).name;
  const provider = PROVIDER_OF[chosen];
  if (provider === "cuda") (await import("./onnx/cuda.ts")).checkCudaLibrary();
  if (provider !== undefined) return (await import("./onnx/version.ts")).onnxVersion(provider);
  return (await selectBackend(chosen, { threads: 1 })).version;
}

async function choose(name: BackendName | "auto", precision: Precision): Promise<Choice> {
  return name === "auto" ? chooseBackend(precision) : { name, reason: "asked for" };
}

/**
 * What "auto" means on this machine, for programs of a precision. TensorFlow comes first on a CUDA card because it keeps
 * the state there, and computes in float32 only. WebGPU is never taken unasked: whether a card is faster by it than the
 * processor by onnxruntime depends on the card, and nothing tells before.
 */
export async function chooseBackend(precision: Precision = "float32"): Promise<Choice> {
  const tensorflow =
    precision === "float32" ? await lookForTensorflow() : unusable("TensorFlow has float32 only");
  if (tensorflow.isUsable) return { name: "tensorflow", reason: tensorflow.finding };
  const cuda = await lookForOnnxCuda();
  const findings = hasCudaCard()
    ? `${tensorflow.finding}, and ${cuda.finding}`
    : "no CUDA card is here";
  if (cuda.isUsable) return { name: "onnxruntime-cuda", reason: findings };
  return import("onnxruntime-node").then(
    () => ({ name: "onnxruntime", reason: `the fastest on a processor, and ${findings}` }) as const,
    (error) => ({
      name: "cpu",
      reason: `${findings}, and onnxruntime does not load: ${firstLine(error)}`,
    }),
  );
}
