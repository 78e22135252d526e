import type { TensorData, TensorMap, TensorSpec, TensorSpecs, Tensors } from "./backend.ts";

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Number of elements of all of some tensors. */
export function totalSize(specs: TensorSpecs): number {
  return Object.values(specs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** A tensor of zeros. */
export function zeros({ shape, dtype }: TensorSpec): TensorData {
  const ArrayType = dtype === "float32" ? Float32Array : Int32Array;
  return new ArrayType(sizeOf(shape));
}

/** Tensors of zeros. */
export function allZeros(specs: TensorSpecs): TensorMap {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, zeros(spec)]));
}

/** "float32[2,3]": how messages name a type. */
export function describe(spec: TensorSpec): string {
  return `${spec.dtype}[${spec.shape.join(",")}]`;
}

function quoted(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => `"${name}"`).join(", ");
}

/**
 * Checks that `values` are exactly the tensors of `specs`, by name, element type and length; with `partial`, some of
 * them. Throws an Error that says where, what was expected and what came.
 */
export function checkTensors(
  where: string,
  specs: TensorSpecs,
  values: TensorMap,
  { partial = false } = {},
): void {
  const unknown = Object.keys(values).filter((name) => !Object.hasOwn(specs, name));
  if (unknown.length > 0)
    throw new Error(
      `${where}: no tensor named ${quoted(unknown)}; expected ${quoted(Object.keys(specs))}`,
    );
  for (const [name, spec] of Object.entries(specs)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) {
      if (partial) continue;
      throw new Error(`${where}: tensor "${name}" (${describe(spec)}) is missing`);
    }
    const type = spec.dtype === "float32" ? Float32Array : Int32Array;
    if (!(value instanceof type))
      throw new Error(
        `${where}: tensor "${name}" must be ${type.name}; got ${Object.prototype.toString.call(value).slice(8, -1)}`,
      );
    if (value.length !== sizeOf(spec.shape))
      throw new Error(
        `${where}: tensor "${name}" is ${describe(spec)}, ${sizeOf(spec.shape)} elements; got ${value.length}`,
      );
  }
}

/** Checks that a state holds tensors of these names. */
export function checkHeld(where: string, held: TensorSpecs, names: readonly string[]): void {
  const missing = names.filter((name) => !Object.hasOwn(held, name));
  if (missing.length > 0)
    throw new Error(
      `${where}: the state holds no ${quoted(missing)}; it holds ${quoted(Object.keys(held))}`,
    );
}

/** Checks that `wanted` specs (a program's) are held, with the same shape and type, by `held` (a state's or a program's). */
export function checkSpecs(where: string, held: TensorSpecs, wanted: TensorSpecs): void {
  checkHeld(where, held, Object.keys(wanted));
  for (const [name, spec] of Object.entries(wanted)) {
    if (describe(held[name]!) !== describe(spec))
      throw new Error(
        `${where}: tensor "${name}" is ${describe(held[name]!)} in the state but ${describe(spec)} here`,
      );
  }
}

/** Checks names: a state tensor and an input of one program share one space. */
export function checkNames(where: string, state: TensorSpecs, inputs: TensorSpecs): void {
  const shared = Object.keys(inputs).filter((name) => Object.hasOwn(state, name));
  if (shared.length > 0)
    throw new Error(`${where}: ${quoted(shared)} names both a state tensor and an input`);
}

/** Specs of what a program returned; throws where a type cannot cross its border. */
export function resultSpecs(where: string, tensors: Tensors): TensorSpecs {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, dtype }]) => {
      if (dtype !== "float32" && dtype !== "int32")
        throw new Error(`${where}: result "${name}" is ${dtype}; cast it to float32 or int32`);
      return [name, { shape, dtype }];
    }),
  );
}
