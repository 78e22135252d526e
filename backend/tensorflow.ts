import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import type { Backend } from "./backend.ts";
import { TENSORFLOW_PACKAGES } from "./tensorflow-packages.ts";
import { eagerBackend } from "./tfjs.ts";
import { withTfjsBackend } from "./with-tfjs-backend.ts";

type Load = (name: string) => Promise<unknown>;

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0]!.trim();
}

function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return /MODULE_NOT_FOUND$/.test(code ?? "") && message.includes(name);
}

/** Functions of node:util that the bindings call and that Node 23 removed. */
function removedFunctions(): string[] {
  const names = ["isNullOrUndefined", "isArray"];
  return names.filter((name) => typeof (util as Record<string, unknown>)[name] !== "function");
}

/** Imports the first package that is installed; throws an Error that says why none can be used. */
async function loadBindings(load: Load): Promise<string> {
  for (const name of TENSORFLOW_PACKAGES) {
    try {
      await load(name);
    } catch (error) {
      if (isMissing(error, name)) continue;
      throw new Error(`${name} does not load: ${firstLine(error)}`, { cause: error });
    }
    const removed = removedFunctions();
    if (removed.length > 0)
      throw new Error(
        `${name} calls util.${removed.join(", util.")}, which Node ${process.version} no longer has: use Node 20 or 22`,
      );
    return name;
  }
  throw new Error(
    `${TENSORFLOW_PACKAGES[0]} is not installed (it is optional, and its installation downloads TensorFlow's library)`,
  );
}

/**
 * Runs programs op by op on TensorFlow's C library, on a CUDA card where there is one. Throws an Error with the
 * reason where the native addon cannot be used; `load` imports a package by its name.
 */
export async function tensorflowBackend(
  load: Load = (name) => import(name),
): Promise<Backend & { readonly usesGpu: boolean }> {
  const name = await loadBindings(load);
  const native = tf.findBackend("tensorflow") as { isUsingGpuDevice?: boolean } | null;
  if (native === null) throw new Error(`${name} registered no "tensorflow" backend with tfjs`);
  const usesGpu = native.isUsingGpuDevice === true;
  const description = `${name} ${tf.version_core}, ${usesGpu ? "GPU" : "CPU"}`;
  const backend = await eagerBackend("tensorflow", description);
  try {
    const sum = withTfjsBackend("tensorflow", () => tf.tidy(() => tf.add(1, 1).dataSync()[0]));
    if (sum !== 2) throw new Error(`it computes 1 + 1 = ${sum}`);
  } catch (error) {
    throw new Error(`${name} does not compute: ${firstLine(error)}`, { cause: error });
  }
  return { ...backend, version: `${backend.version}-${usesGpu ? "gpu" : "cpu"}`, usesGpu };
}
