import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const LIBRARY = "libonnxruntime_providers_cuda.so";
/** Downloads what is too large for npm. */
const INSTALL =
  "ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js";

/** Where onnxruntime-node looks for its CUDA provider. */
export function cudaLibrary(): string {
  const manifest = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  return join(dirname(manifest), "bin", "napi-v6", process.platform, process.arch, LIBRARY);
}

/** Whether the libraries of onnxruntime's CUDA provider are there, which are no part of its package. */
export function hasCudaLibrary(): boolean {
  return existsSync(cudaLibrary());
}

/** Throws an Error that says what to do where CUDA's provider cannot be there. */
export function checkCudaLibrary(): void {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(
      `onnxruntime-node has a CUDA provider on Linux x64 only; this is ${process.platform} ${process.arch}`,
    );
  if (!hasCudaLibrary())
    throw new Error(
      `onnxruntime's CUDA libraries, which npm does not carry, are not installed: ${INSTALL}`,
    );
}

/** What the provider needs beside its own libraries, for messages of it. */
export const CUDA_NEEDS =
  "it needs a card, NVIDIA's driver, CUDA 12 and cuDNN 9 where the loader finds them";
