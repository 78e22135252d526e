import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { Executable, Program, TensorData, TensorMap } from "../backend.ts";
import { checkNames, checkSpecs, checkTensors } from "../border.ts";
import { block } from "./block.ts";
import { createSession } from "./create-session.ts";
import { fuse } from "./fuse.ts";
import { fuseGelu } from "./fuse-gelu.ts";
import { halve } from "./halve.ts";
import { holdBack } from "./hold-back.ts";
import { inPlaceSafety } from "./in-place.ts";
import { loops } from "./loops/executable.ts";
import { lower, NAMES } from "./lower.ts";
import { partByRows } from "./part-by-rows.ts";
import type { Provider } from "./provider.ts";
import { simplify } from "./simplify.ts";
import { HostState, type OnnxState, tensorOver } from "./state.ts";
import { sumRows } from "./sum-rows.ts";
import { trace } from "./trace.ts";

/** What a compiled program feeds and fetches, by the program's names. */
interface Binding {
  readonly inputs: readonly string[];
  readonly resident: readonly string[];
  readonly outputs: readonly string[];
  /** Resident tensors that may be overwritten while the program runs. */
  readonly inPlace: readonly string[];
  /** Resident tensors that it still reads when it writes them: they are written beside the value, then swapped. */
  readonly beside: readonly string[];
}

class OnnxExecutable implements Executable {
  readonly #program: Program;
  readonly #session: InferenceSession | undefined;
  readonly #binding: Binding;
  readonly #state: OnnxState;
  #disposed = false;

  constructor(
    program: Program,
    session: InferenceSession | undefined,
    binding: Binding,
    state: OnnxState,
  ) {
    this.#program = program;
    this.#session = session;
    this.#binding = binding;
    this.#state = state;
  }

  async run(inputs: TensorMap): Promise<TensorMap> {
    const where = `program "${this.#program.name}"`;
    if (this.#disposed) throw new Error(`${where} has been disposed`);
    checkTensors(where, this.#program.inputs, inputs);
    const { inputs: fed, resident, outputs, inPlace, beside } = this.#binding;
    const feeds: Record<string, Tensor> = {};
    for (const name of fed)
      feeds[NAMES.input(name)] = tensorOver(unshared(inputs[name]!), this.#program.inputs[name]!);
    for (const name of resident) feeds[NAMES.resident(name)] = this.#state.current(name);
    const fetches: Record<string, Tensor | null> = {};
    for (const name of inPlace) fetches[NAMES.update(name)] = this.#state.target(name, true);
    for (const name of beside) fetches[NAMES.update(name)] = this.#state.target(name, false);
    for (const name of outputs) fetches[NAMES.output(name)] = null;
    if (this.#session === undefined) return {};
    const results = await this.#session.run(feeds, fetches).catch((cause: Error) => {
      throw new Error(`${where} failed: ${cause.message}`, { cause });
    });
    for (const name of inPlace)
      this.#state.settle(name, results[NAMES.update(name)] as Tensor, true);
    for (const name of beside)
      this.#state.settle(name, results[NAMES.update(name)] as Tensor, false);
    return Object.fromEntries(
      outputs.map((name) => [name, results[NAMES.output(name)]!.data as TensorData]),
    );
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#session !== undefined) await this.#state.release(this.#session);
  }
}

/** onnxruntime reads no SharedArrayBuffer. */
function unshared(data: TensorData): TensorData {
  return data.buffer instanceof SharedArrayBuffer ? data.slice() : data;
}

/** Where each output is to be: new values of the state with it, all others in this process. */
function locations(
  { inPlace, beside, outputs }: Binding,
  stateLocation: "gpu-buffer",
): Readonly<Record<string, "gpu-buffer" | "cpu">> {
  const updated = [...inPlace, ...beside].map((name) => [NAMES.update(name), stateLocation]);
  const returned = outputs.map((name) => [NAMES.output(name), "cpu"]);
  return Object.fromEntries([...updated, ...returned]);
}

/** Traces, simplifies and lowers a program and makes a session of it, as its provider wants it. */
export async function compile(
  program: Program,
  state: OnnxState,
  provider: Provider,
): Promise<Executable> {
  const { blocks, rules, options, stateLocation } = provider;
  const where = `program "${program.name}"`;
  checkNames(where, program.state, program.inputs);
  checkSpecs(where, state.specs, program.state);
  const traced = simplify(trace(program, state.specs));
  const isHalf = program.precision === "float16";
  const updating = state instanceof HostState ? loops(program, traced, state) : undefined;
  if (updating) return updating;
  const isPlain = provider.name === "cpu" && !isHalf;
  const fused = fuse(isHalf ? simplify(halve(traced)) : isPlain ? fuseGelu(traced) : traced);
  // Only float32 can be in blocks.
  const blocked = blocks > 1 && !isHalf ? simplify(block(fused, blocks)) : fused;
  const graph = holdBack(provider.name === "cpu" ? sumRows(partByRows(blocked)) : blocked);
  const model = lower(graph, rules);
  const inputs = new Set(model.inputs.map(({ name }) => name));
  const outputs = new Set(model.outputs.map(({ name }) => name));
  const updates = [...graph.state.keys()].filter((name) => outputs.has(NAMES.update(name)));
  const isSafeInPlace = inPlaceSafety(model);
  const safe = new Set(
    updates.filter((name) => isSafeInPlace(NAMES.resident(name), NAMES.update(name))),
  );
  const binding: Binding = {
    inputs: Object.keys(program.inputs).filter((name) => inputs.has(NAMES.input(name))),
    resident: Object.keys(program.state).filter((name) => inputs.has(NAMES.resident(name))),
    outputs: [...graph.outputs.keys()],
    inPlace: [...safe],
    beside: updates.filter((name) => !safe.has(name)),
  };
  // A program that changes and returns nothing has no session, because onnxruntime takes no empty model.
  const session =
    model.outputs.length === 0
      ? undefined
      : await createSession(model, {
          ...options,
          ...(stateLocation && { preferredOutputLocation: locations(binding, stateLocation) }),
        });
  if (session !== undefined) state.hold(session);
  return new OnnxExecutable(program, session, binding, state);
}
