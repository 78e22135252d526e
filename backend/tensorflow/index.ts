import * as tf from "@tensorflow/tfjs-core";
import type { Backend } from "../backend.ts";
import { firstLine } from "../first-line.ts";
import { eagerBackend } from "../tfjs.ts";
import { withTfjsBackend } from "../with-tfjs-backend.ts";
import { loadBindings, type Source } from "./bindings.ts";

/**
 * Runs programs op by op on TensorFlow's C library, on a CUDA card where there is one. Throws an Error with the
 * reason where the native addon cannot be used.
 */
export async function tensorflowBackend(
  source?: Source,
): Promise<Backend & { readonly usesGpu: boolean }> {
  const { name, tensorflow, usesGpu } = await loadBindings(source);
  const device = usesGpu ? "GPU" : "CPU";
  const backend = await eagerBackend("tensorflow", `TensorFlow ${tensorflow}, ${device} (${name})`);
  try {
    const sum = withTfjsBackend("tensorflow", () => tf.tidy(() => tf.add(1, 1).dataSync()[0]));
    if (sum !== 2) throw new Error(`it computes 1 + 1 = ${sum}`);
  } catch (error) {
    throw new Error(`${name} does not compute: ${firstLine(error)}`, { cause: error });
  }
  const version = `${backend.version}-${tensorflow}-${device.toLowerCase()}`;
  return { ...backend, version, usesGpu };
}
