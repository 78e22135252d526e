import { Tensor } from "onnxruntime-node";
import type { State, TensorData, TensorMap, TensorSpec, TensorSpecs } from "../backend.ts";
import { checkHeld, checkTensors, sizeOf } from "../border.ts";

/** A tensor over an array of this process, which a session reads and writes in place. */
export function tensorOver(data: TensorData, { shape }: TensorSpec): Tensor {
  return data instanceof Float32Array
    ? new Tensor("float32", data, shape)
    : new Tensor("int32", data, shape);
}

function zeros(spec: TensorSpec): TensorData {
  const ArrayType = spec.dtype === "float32" ? Float32Array : Int32Array;
  return new ArrayType(sizeOf(spec.shape));
}

interface Slot {
  current: Tensor;
  /** Written by programs that may not write `current` while they read it; then the two change places. */
  spare: Tensor | undefined;
}

/** Tensors in arrays that every session of the backend is bound to. */
export class OnnxState implements State {
  readonly specs: TensorSpecs;
  readonly #slots = new Map<string, Slot>();

  constructor(specs: TensorSpecs, initial: TensorMap) {
    this.specs = specs;
    checkTensors("createState", specs, initial);
    for (const [name, spec] of Object.entries(specs))
      this.#slots.set(name, {
        current: tensorOver(initial[name]!.slice(), spec),
        spare: undefined,
      });
  }

  #slot(name: string): Slot {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw new Error(`the state has been disposed: no tensor "${name}"`);
    return slot;
  }

  /** What programs read. */
  current(name: string): Tensor {
    return this.#slot(name).current;
  }

  /** Where a program writes that may not write in place. */
  spare(name: string): Tensor {
    const slot = this.#slot(name);
    slot.spare ??= tensorOver(zeros(this.specs[name]!), this.specs[name]!);
    return slot.spare;
  }

  /** Makes what was written to the spare the current value. */
  swap(name: string): void {
    const slot = this.#slot(name);
    [slot.current, slot.spare] = [this.spare(name), slot.current];
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
}
