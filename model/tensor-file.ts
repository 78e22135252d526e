import type { TensorMap, TensorSpecs } from "../backend/backend.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

/** Writes float32 tensors, such as an optimiser's moments, to a safetensors file by their own names. */
export async function writeTensors(
  path: string,
  specs: TensorSpecs,
  values: TensorMap,
): Promise<void> {
  const tensors = Object.entries(specs).map(([name, { shape }]) => [
    name,
    { shape, data: values[name] as Float32Array },
  ]);
  await writeSafetensors(path, Object.fromEntries(tensors));
}

/** Reads such a file. A CheckpointError names every tensor that is missing or of another shape. */
export async function readTensors(path: string, specs: TensorSpecs): Promise<TensorMap> {
  const tensors = await readSafetensors(path);
  const problems = Object.entries(specs).flatMap(([name, { shape }]) => {
    const stored = tensors.get(name);
    if (stored === undefined) return [`${name} is missing`];
    return stored.shape.join() === shape.join()
      ? []
      : [`${name} is [${stored.shape}], not [${shape}]`];
  });
  if (problems.length > 0)
    throw new CheckpointError("stored tensors are not the model's", {
      where: path,
      expected: "a tensor of each name and shape",
      got: problems.join("; "),
    });
  return Object.fromEntries(Object.keys(specs).map((name) => [name, tensors.get(name)!.data]));
}
