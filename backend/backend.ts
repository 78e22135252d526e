import type { Tensor } from "@tensorflow/tfjs-core";

/** Element types that cross the border of a program. */
export type DType = "float32" | "int32";
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}
export type TensorSpecs = Readonly<Record<string, TensorSpec>>;
export type TensorData = Float32Array | Int32Array;
export type TensorMap = Readonly<Record<string, TensorData>>;
export type Tensors = Readonly<Record<string, Tensor>>;

/** In what numbers matrix products are computed, and what lies between them. */
export type Precision = "float32" | "float16";

/**
 * A pure function over named tensors, written in tfjs-core ops: it is run once under a recording backend, or
 * each time eagerly. It reads no tensor's value and keeps nothing between calls.
 */
export interface Program {
  readonly name: string;
  /** float32 by default. With float16 it loses digits, and what goes beyond 65,504 becomes infinite. */
  readonly precision?: Precision;
  /** Resident tensors that it reads. */
  readonly state: TensorSpecs;
  /** Tensors fed at each call. */
  readonly inputs: TensorSpecs;
  /**
   * `state` in the result replaces resident tensors of those names (same shape and type);
   * `outputs` come back to the caller.
   */
  run(state: Tensors, inputs: Tensors): { readonly state?: Tensors; readonly outputs: Tensors };
}

/** A compiled program bound to a state. */
export interface Executable {
  /** Feeds `inputs` (checked for name, type and length), updates the state, returns the outputs, which are the caller's. */
  run(inputs: TensorMap): Promise<TensorMap>;
  dispose(): Promise<void>;
}

/** Tensors that stay where the backend computes, between calls and between programs. */
export interface State {
  readonly specs: TensorSpecs;
  /** Copies of the named tensors, or of all. */
  read(names?: readonly string[]): Promise<TensorMap>;
  /** Overwrites the named tensors. */
  write(values: TensorMap): Promise<void>;
  dispose(): Promise<void>;
}

/** Where programs run. */
export interface Backend {
  readonly name: string;
  /** What and where: versions, provider, threads; for `doctor` and for fingerprints (`version` only). */
  readonly description: string;
  readonly version: string;
  /** What programs may ask for. */
  readonly precisions: readonly Precision[];
  /** A state of copies of `initial`, or of zeros, which cost nothing until they are used. */
  createState(specs: TensorSpecs, initial?: TensorMap): Promise<State>;
  /** Several programs may be compiled against one state; calls on one state must not overlap. */
  compile(program: Program, state: State): Promise<Executable>;
  dispose(): Promise<void>;
}

export interface BackendOptions {
  /** CPU threads; bits of the result do not depend on it. */
  readonly threads: number;
  /** What its programs will ask for: float32 by default. */
  readonly precision?: Precision;
}
