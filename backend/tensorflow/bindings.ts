import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { firstLine } from "../first-line.ts";
import { isBuilt, loadBuilt } from "./built.ts";
import { TENSORFLOW_PACKAGES } from "./packages.ts";

/** How to come by bindings where there are none. */
export const HOW_TO_BUILD =
  "with a TensorFlow from pip (`pip install tensorflow[and-cuda]` for CUDA cards), `pipeline doctor --build-tensorflow` builds them";

/** Where bindings come from; given in tests. */
export interface Source {
  readonly isBuilt: () => boolean;
  readonly loadBuilt: () => unknown;
  /** Imports a package by its name. */
  readonly load: (name: string) => Promise<unknown>;
}

const INSTALLED: Source = { isBuilt, loadBuilt, load: (name) => import(name) };

/** tfjs's native backend, and what it is. */
export interface Bindings {
  readonly name: string;
  /** TensorFlow's version, "2.21.0". */
  readonly tensorflow: string;
  readonly usesGpu: boolean;
}

interface NativeBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding?: { readonly TF_Version?: string };
}

function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return /MODULE_NOT_FOUND$/.test(code ?? "") && message.includes(name);
}

/** The bindings call two functions of node:util that Node deprecated and, in 23, began to remove. */
function restoreUtil(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}

/**
 * Loads what `pipeline doctor --build-tensorflow` built, else the first package that is installed, and registers it
 * with tfjs as "tensorflow". Throws an Error that says why none can be used.
 */
export async function loadBindings(source: Source = INSTALLED): Promise<Bindings> {
  restoreUtil();
  // Else tfjs warns that the bindings bring a platform of their own.
  tf.enableProdMode();
  // TensorFlow would fill the terminal with notes about itself.
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  const name = await load(source);
  const native = tf.findBackend("tensorflow") as NativeBackend | null;
  if (native === null) throw new Error(`${name} registered no "tensorflow" backend with tfjs`);
  return {
    name,
    tensorflow: native.binding?.TF_Version ?? "of an unknown version",
    usesGpu: native.isUsingGpuDevice === true,
  };
}

async function load({ isBuilt, loadBuilt, load }: Source): Promise<string> {
  if (isBuilt()) {
    try {
      loadBuilt();
    } catch (error) {
      throw new Error(
        `what was built for it does not load (run \`pipeline doctor --build-tensorflow\` again): ${firstLine(error)}`,
        { cause: error },
      );
    }
    return `${TENSORFLOW_PACKAGES[0]}, built here`;
  }
  for (const name of TENSORFLOW_PACKAGES) {
    try {
      await load(name);
    } catch (error) {
      if (isMissing(error, name)) continue;
      throw new Error(`${name} does not load: ${firstLine(error)}; ${HOW_TO_BUILD}`, {
        cause: error,
      });
    }
    return name;
  }
  throw new Error(
    `${TENSORFLOW_PACKAGES[0]} is not installed (it is optional, and its installation downloads TensorFlow's library); ${HOW_TO_BUILD}`,
  );
}
