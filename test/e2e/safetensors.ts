import { readFileSync } from "node:fs";

export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Reads a safetensors file of float32 by its published format alone (huggingface/safetensors): the header's length as
 * a little-endian u64, the header as JSON, then every tensor's bytes, without gaps.
 */
export function readSafetensors(path: string): ReadonlyMap<string, Tensor> {
  const bytes = readFileSync(path);
  const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__: _, ...header } = JSON.parse(bytes.toString("utf8", 8, headerEnd)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const tensors = new Map<string, Tensor>();
  let at = 0;
  const byOffset = Object.entries(header).sort(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0],
  );
  for (const [name, { dtype, shape, data_offsets: offsets }] of byOffset) {
    const [begin, end] = offsets;
    const length = shape.reduce((product, size) => product * size, 1);
    if (dtype !== "F32" || begin !== at || end - begin !== 4 * length)
      throw new Error(`${name}: ${dtype} ${shape} at ${begin} to ${end}, after ${at}`);
    const own = bytes.subarray(headerEnd + begin, headerEnd + end);
    tensors.set(name, { shape, values: new Float32Array(Uint8Array.from(own).buffer) });
    at = end;
  }
  if (headerEnd + at !== bytes.length)
    throw new Error(`${bytes.length - headerEnd - at} bytes over`);
  return tensors;
}
