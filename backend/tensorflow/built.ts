import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "../../lib/cache-folder.ts";
import { TENSORFLOW_PACKAGES, TFJS_VERSION } from "./packages.ts";

/** Where `pipeline doctor --build-tensorflow` leaves the bindings that it builds, for every project of the user. */
export function builtFolder(): string {
  return join(cacheFolder("tensorflow"), TFJS_VERSION);
}

/** Whether bindings have been built there. */
export function isBuilt(folder = builtFolder()): boolean {
  return existsSync(join(folder, "package.json"));
}

/** Loads them. Throws what Node throws where the TensorFlow that they were built against is gone. */
export function loadBuilt(folder = builtFolder()): unknown {
  return createRequire(join(folder, "package.json"))(TENSORFLOW_PACKAGES[0]);
}
