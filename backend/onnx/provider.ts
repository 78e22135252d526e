import { type InferenceSession, Tensor } from "onnxruntime-node";
import type { Precision, TensorMap, TensorSpecs } from "../backend.ts";
import { firstLine } from "../first-line.ts";
import { NO_GPU } from "../no-gpu.ts";
import { blockSize } from "./block-size.ts";
import { createSession } from "./create-session.ts";
import { CUDA_NEEDS, checkCudaLibrary } from "./cuda.ts";
import { node } from "./graph.ts";
import { type LoweringRules, lower, NAMES } from "./lower.ts";
import { HostState, type OnnxState } from "./state.ts";
import type { ProviderName } from "./version.ts";
import { WEBGPU_RULES } from "./webgpu-rules.ts";
import { WebgpuState } from "./webgpu-state.ts";

/** What tells one of onnxruntime's providers from another. */
export interface Provider {
  readonly name: ProviderName;
  readonly title: string;
  /** Of every session on it. */
  readonly options: InferenceSession.SessionOptions;
  readonly precisions: readonly Precision[];
  /** How many channels products are blocked by; 1 where they are not. */
  readonly blocks: number;
  /** How operations are said that it has no kernel for, in others that it has. */
  readonly rules: LoweringRules;
  /** Where new values of the state are to be, if not in this process. */
  readonly stateLocation?: "gpu-buffer";
  createState(specs: TensorSpecs, initial?: TensorMap): Promise<OnnxState>;
}

/**
 * Measured with onnxruntime 1.30 on its CPU provider: memory patterns take half as much memory again and save no time,
 * the parallel mode halves the speed, and without the arena it falls by 10-25 %.
 */
function sessionOptions(
  provider: InferenceSession.ExecutionProviderConfig,
  threads: number,
): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    enableMemPattern: false,
    enableCpuMemArena: true,
    // Threads that wait for more work after a run would take the cores from the next program's own.
    extra: { session: { force_spinning_stop: "1" } },
  };
}

const BOTH: readonly Precision[] = ["float32", "float16"];
const onHost = async (specs: TensorSpecs, initial?: TensorMap) => new HostState(specs, initial);

const OPEN: Readonly<Record<ProviderName, (threads: number) => Promise<Provider>>> = {
  cpu: async (threads) => ({
    name: "cpu",
    title: `CPU provider, ${threads} thread${threads === 1 ? "" : "s"}`,
    options: sessionOptions("cpu", threads),
    precisions: BOTH,
    blocks: await blockSize(),
    rules: {},
    createState: onHost,
  }),
  cuda: async (threads) => {
    checkCudaLibrary();
    const options = sessionOptions("cuda", threads);
    await prove(options, (message) => `its CUDA provider does not work: ${message}; ${CUDA_NEEDS}`);
    return {
      name: "cuda",
      title: "CUDA provider, the parameters copied at each step",
      options,
      precisions: BOTH,
      blocks: 1,
      rules: {},
      createState: onHost,
    };
  },
  webgpu: async (threads) => {
    // Every size of the graph is fixed, so that buffers are used again as they are.
    const option = { name: "webgpu", storageBufferCacheMode: "simple" } as const;
    const options = sessionOptions(option, threads);
    const precisions = await prove(options, (message) =>
      message.includes("adapter") ? NO_GPU : `its WebGPU provider does not work: ${message}`,
    );
    return {
      name: "webgpu",
      title: `WebGPU provider${precisions.includes("float16") ? "" : " (a GPU without float16)"}`,
      options,
      precisions,
      blocks: 1,
      rules: WEBGPU_RULES,
      stateLocation: "gpu-buffer",
      createState: (specs, initial) => WebgpuState.create(specs, initial, options),
    };
  },
};

/** Makes sure that a provider works here. Throws an Error that says why it does not, and what to do. */
export function openProvider(name: ProviderName, threads: number): Promise<Provider> {
  return OPEN[name](threads);
}

/** Computes the least there is, and says in which precisions that can be done. */
async function prove(
  options: InferenceSession.SessionOptions,
  explain: (message: string) => string,
): Promise<readonly Precision[]> {
  const x = node("Input", [], { name: "x", resident: false }, [1], "float32");
  const half = node("Cast", [x], {}, [1], "float16");
  const y = node("Cast", [half], {}, [1], "float32");
  const graph = { name: "proof", state: new Map(), outputs: new Map([["y", y]]) };
  try {
    const session = await createSession(lower(graph), options);
    const fed = { [NAMES.input("x")]: new Tensor("float32", Float32Array.of(1), [1]) };
    const hasHalf = await session.run(fed).then(() => true, lacksFloat16);
    await session.release();
    return hasHalf ? BOTH : ["float32"];
  } catch (error) {
    throw new Error(explain(firstLine(error)), { cause: error });
  }
}

/** False where a device has no float16, as onnxruntime's WebGPU provider says it; other errors are thrown on. */
function lacksFloat16(error: Error): false {
  if (!/\bf16\b/.test(error.message)) throw error;
  return false;
}
