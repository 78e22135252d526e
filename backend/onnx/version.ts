import { createRequire } from "node:module";

/** The parts of onnxruntime that can compute a graph ("execution providers"), each on another kind of device. */
export type ProviderName = "cpu" | "cuda" | "webgpu";

/** The installed onnxruntime-node's version, read without loading it. Throws where it is not installed. */
export function onnxRuntimeVersion(): string {
  const manifest = createRequire(import.meta.url)("onnxruntime-node/package.json");
  return (manifest as { version: string }).version;
}

/** What changes the bits that a compiled backend computes. */
export function onnxVersion(provider: ProviderName): string {
  return `onnxruntime-${onnxRuntimeVersion()}-${provider}`;
}
