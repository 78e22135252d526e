import { createRequire } from "node:module";

/** The installed onnxruntime-node's version, read without loading it. Throws where it is not installed. */
export function onnxRuntimeVersion(): string {
  const manifest = createRequire(import.meta.url)("onnxruntime-node/package.json");
  return (manifest as { version: string }).version;
}

/** What changes the bits that the compiled backend computes. */
export function onnxVersion(): string {
  return `onnxruntime-${onnxRuntimeVersion()}-cpu`;
}
