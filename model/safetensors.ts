import { type FileHandle, open } from "node:fs/promises";
import { z } from "zod";
import { sizeOf } from "../backend/border.ts";
import { CheckpointError } from "./checkpoint-error.ts";

/** A float32 tensor as it stands in a file. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The limit of the reference implementation: a header that claims more is not a header. */
const MAX_HEADER_BYTES = 100_000_000;
const PREFIX_BYTES = 8;

const BYTES_PER_ELEMENT: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
};

const entrySchema = z.strictObject({
  dtype: z.string().refine((dtype) => dtype in BYTES_PER_ELEMENT, "unknown dtype"),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const metadataSchema = z.record(z.string(), z.string());

interface Entry extends z.output<typeof entrySchema> {
  readonly name: string;
}

/**
 * Writes tensors by ascending name as a safetensors file: eight bytes of header length, the header as JSON, then
 * the data, little-endian. The same tensors give the same bytes.
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, StoredTensor>>,
): Promise<void> {
  const names = Object.keys(tensors).sort();
  // PyTorch's loaders refuse a file that does not name its framework.
  const header: [name: string, entry: unknown][] = [["__metadata__", { format: "pt" }]];
  let offset = 0;
  for (const name of names) {
    const { shape, data } = tensors[name]!;
    if (sizeOf(shape) !== data.length)
      throw new Error(`tensor ${name} has ${data.length} elements, its shape [${shape}]`);
    const data_offsets = [offset, offset + data.byteLength];
    header.push([name, { dtype: "F32", shape, data_offsets }]);
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)), "utf8");
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, " ");
  json.copy(padded);
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeBigUInt64LE(BigInt(padded.length));

  const file = await open(path, "w");
  try {
    await file.writeFile(prefix);
    await file.writeFile(padded);
    for (const name of names) {
      const { data } = tensors[name]!;
      await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  } finally {
    await file.close();
  }
}

/**
 * Reads the float32 tensors of a safetensors file, all but those named in `ignore`, which may be of any type.
 * Nothing that the header claims is believed before it is checked against the file.
 */
export async function readSafetensors(
  path: string,
  ignore: ReadonlySet<string> = new Set(),
): Promise<Map<string, StoredTensor>> {
  const file = await open(path, "r");
  try {
    const { entries, dataStart } = await readHeader(file, path);
    const tensors = new Map<string, StoredTensor>();
    for (const { name, dtype, shape, data_offsets } of entries) {
      if (ignore.has(name)) continue;
      if (dtype !== "F32")
        throw new CheckpointError("a tensor is not float32", {
          where: `${path}, ${name}`,
          expected: "F32",
          got: dtype,
        });
      const bytes = await readExactly(file, path, dataStart + data_offsets[0], sizeOf(shape) * 4);
      tensors.set(name, { shape, data: new Float32Array(bytes.buffer, 0, sizeOf(shape)) });
    }
    return tensors;
  } finally {
    await file.close();
  }
}

async function readHeader(
  file: FileHandle,
  path: string,
): Promise<{ entries: readonly Entry[]; dataStart: number }> {
  const refuse = (expected: string, got: string, name = "header") =>
    new CheckpointError("not a valid safetensors file", {
      where: `${path}, ${name}`,
      expected,
      got,
    });
  const { size } = await file.stat();
  if (size < PREFIX_BYTES) throw refuse(`at least ${PREFIX_BYTES} bytes`, `${size} bytes`);
  const prefix = await readExactly(file, path, 0, PREFIX_BYTES);
  const claimed = new DataView(prefix.buffer).getBigUint64(0, true);
  const limit = Math.min(MAX_HEADER_BYTES, size - PREFIX_BYTES);
  if (claimed > BigInt(limit)) throw refuse(`a length of at most ${limit}`, `${claimed}`);
  const length = Number(claimed);

  let header: unknown;
  try {
    const bytes = await readExactly(file, path, PREFIX_BYTES, length);
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw refuse("JSON in UTF-8", error instanceof Error ? error.message : String(error));
  }
  if (typeof header !== "object" || header === null || Array.isArray(header))
    throw refuse("a JSON object", Array.isArray(header) ? "an array" : String(header));

  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    const parsed = (name === "__metadata__" ? metadataSchema : entrySchema).safeParse(value);
    if (!parsed.success) throw refuse("dtype, shape and data_offsets", parsed.error.message, name);
    if (name !== "__metadata__") entries.push({ name, ...entrySchema.parse(value) });
  }
  entries.sort((one, other) => one.data_offsets[0] - other.data_offsets[0]);

  // As the reference does: tensors follow each other without gap or overlap and fill the file.
  let next = 0;
  for (const { name, dtype, shape, data_offsets } of entries) {
    const end = next + sizeOf(shape) * BYTES_PER_ELEMENT[dtype]!;
    if (data_offsets[0] !== next || data_offsets[1] !== end)
      throw refuse(`data_offsets [${next}, ${end}]`, `[${data_offsets}]`, name);
    next = end;
  }
  const dataStart = PREFIX_BYTES + length;
  if (dataStart + next !== size)
    throw refuse(`${next} bytes of data`, `${size - dataStart} bytes`, "data");
  return { entries, dataStart };
}

async function readExactly(
  file: FileHandle,
  path: string,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0)
      throw new CheckpointError("a checkpoint file ends early", {
        where: path,
        expected: `${length} bytes from byte ${position}`,
        got: `${done}`,
      });
    done += bytesRead;
  }
  return bytes;
}
