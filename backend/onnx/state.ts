import { type InferenceSession, Tensor } from "onnxruntime-node";
import type { State, TensorData, TensorMap, TensorSpec, TensorSpecs } from "../backend.ts";
import { checkHeld, checkTensors, zeros } from "../border.ts";
import { free } from "./free.ts";

/** A tensor over an array of this process, which a session reads and writes in place. */
export function tensorOver(data: TensorData, { shape }: TensorSpec): Tensor {
  return data instanceof Float32Array
    ? new Tensor("float32", data, shape)
    : new Tensor("int32", data, shape);
}

/** Tensors that every session of one provider is bound to. */
export abstract class OnnxState implements State {
  abstract readonly specs: TensorSpecs;
  /** What programs read. */
  abstract current(name: string): Tensor;
  /**
   * Where a program writes a new value, in the place of the old one only where it may; null for memory that the
   * provider takes.
   */
  abstract target(name: string, inPlace: boolean): Tensor | null;
  /** Makes what a program wrote, and got back as `written`, the current value. */
  abstract settle(name: string, written: Tensor, inPlace: boolean): void;
  abstract read(names?: readonly string[]): Promise<TensorMap>;
  abstract write(values: TensorMap): Promise<void>;
  abstract dispose(): Promise<void>;
  /** Keeps a session that will write new values. */
  abstract hold(session: InferenceSession): void;
  /** Ends a session as soon as no value of the state is its own. */
  abstract release(session: InferenceSession): Promise<void>;
}

interface Slot {
  current: Tensor;
  /** Written by programs that may not write `current` while they read it; then the two change places. */
  spare: Tensor | undefined;
}

/** A state in arrays of this process: the CPU provider works on them, others copy them to and fro at each call. */
export class HostState extends OnnxState {
  readonly specs: TensorSpecs;
  readonly #slots = new Map<string, Slot>();

  constructor(specs: TensorSpecs, initial?: TensorMap) {
    super();
    this.specs = specs;
    if (initial !== undefined) checkTensors("createState", specs, initial);
    for (const [name, spec] of Object.entries(specs))
      this.#slots.set(name, {
        current: tensorOver(initial?.[name]?.slice() ?? zeros(spec), spec),
        spare: undefined,
      });
  }

  #slot(name: string): Slot {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw new Error(`the state has been disposed: no tensor "${name}"`);
    return slot;
  }

  current(name: string): Tensor {
    return this.#slot(name).current;
  }

  target(name: string, inPlace: boolean): Tensor {
    const slot = this.#slot(name);
    if (inPlace) return slot.current;
    slot.spare ??= tensorOver(zeros(this.specs[name]!), this.specs[name]!);
    return slot.spare;
  }

  settle(name: string, written: Tensor, inPlace: boolean): void {
    // onnxruntime-node gives a copy of what it has written in its place.
    free(written.data as TensorData);
    if (inPlace) return;
    const slot = this.#slot(name);
    [slot.current, slot.spare] = [slot.spare!, slot.current];
  }

  async read(names: readonly string[] = Object.keys(this.specs)): Promise<TensorMap> {
    checkHeld("State.read", this.specs, names);
    return Object.fromEntries(
      names.map((name) => [name, (this.current(name).data as TensorData).slice()]),
    );
  }

  async write(values: TensorMap): Promise<void> {
    checkTensors("State.write", this.specs, values, { partial: true });
    for (const [name, value] of Object.entries(values))
      (this.current(name).data as TensorData).set(value);
  }

  async dispose(): Promise<void> {
    this.#slots.clear();
  }

  hold(): void {}

  async release(session: InferenceSession): Promise<void> {
    await session.release();
  }
}
