import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { TensorData, TensorMap, TensorSpecs } from "../backend.ts";
import { allZeros, checkHeld, checkTensors } from "../border.ts";
import { createSession } from "./create-session.ts";
import { OnnxState, tensorOver } from "./state.ts";

type Location = "cpu" | "gpu-buffer";

/**
 * A state in buffers of the GPU. A program writes each new value into a buffer of its own, and the old one goes back to
 * the provider: a shader must not be given one buffer to read and to write. onnxruntime-node can neither fill nor
 * download a buffer, so that both are done by models that copy.
 */
export class WebgpuState extends OnnxState {
  readonly specs: TensorSpecs;
  readonly #options: InferenceSession.SessionOptions;
  readonly #tensors = new Map<string, Tensor>();
  readonly #copiers = new Map<string, Promise<InferenceSession>>();
  /** A buffer must not outlive the session that made it, or the process ends. */
  readonly #sessions = new Set<InferenceSession>();

  private constructor(specs: TensorSpecs, options: InferenceSession.SessionOptions) {
    super();
    this.specs = specs;
    this.#options = options;
  }

  /** Fills the buffers; `options` are those of a session on the GPU. */
  static async create(
    specs: TensorSpecs,
    initial: TensorMap | undefined,
    options: InferenceSession.SessionOptions,
  ): Promise<WebgpuState> {
    const values = initial ?? allZeros(specs);
    checkTensors("createState", specs, values);
    const state = new WebgpuState(specs, options);
    await state.write(values);
    return state;
  }

  current(name: string): Tensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new Error(`the state has been disposed: no tensor "${name}"`);
    return tensor;
  }

  target(): null {
    return null;
  }

  settle(name: string, written: Tensor): void {
    this.#tensors.get(name)?.dispose();
    this.#tensors.set(name, written);
  }

  async read(names: readonly string[] = Object.keys(this.specs)): Promise<TensorMap> {
    checkHeld("State.read", this.specs, names);
    const held = Object.fromEntries(names.map((name) => [name, this.current(name)]));
    const copies = await this.#copy(held, "cpu");
    return Object.fromEntries(names.map((name) => [name, copies[name]!.data as TensorData]));
  }

  async write(values: TensorMap): Promise<void> {
    checkTensors("State.write", this.specs, values, { partial: true });
    const given = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, tensorOver(value, this.specs[name]!)]),
    );
    for (const [name, tensor] of Object.entries(await this.#copy(given, "gpu-buffer")))
      this.settle(name, tensor);
  }

  async dispose(): Promise<void> {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
    this.#copiers.clear();
    for (const session of this.#sessions) await session.release();
    this.#sessions.clear();
  }

  hold(session: InferenceSession): void {
    this.#sessions.add(session);
  }

  async release(): Promise<void> {
    // With the state.
  }

  /** The tensors once more, by their names, elsewhere. */
  async #copy(
    tensors: Readonly<Record<string, Tensor>>,
    to: Location,
  ): Promise<Readonly<Record<string, Tensor>>> {
    const names = Object.keys(tensors);
    if (names.length === 0) return {};
    const key = JSON.stringify([to, names]);
    const copier = this.#copiers.get(key) ?? this.#copier(names, to);
    this.#copiers.set(key, copier);
    const feeds = Object.fromEntries(names.map((name) => [from(name), tensors[name]!]));
    const results = await (await copier).run(feeds);
    return Object.fromEntries(names.map((name) => [name, results[into(name)] as Tensor]));
  }

  async #copier(names: readonly string[], to: Location): Promise<InferenceSession> {
    const values = (nameOf: (name: string) => string) =>
      names.map((name) => {
        const { dtype, shape } = this.specs[name]!;
        return { name: nameOf(name), type: dtype, shape };
      });
    const model = {
      name: "copy",
      nodes: names.map((name) => ({ op: "Identity", inputs: [from(name)], outputs: [into(name)] })),
      initializers: [],
      inputs: values(from),
      outputs: values(into),
    };
    const session = await createSession(model, { ...this.#options, preferredOutputLocation: to });
    this.hold(session);
    return session;
  }
}

const from = (name: string) => `from:${name}`;
const into = (name: string) => `into:${name}`;
