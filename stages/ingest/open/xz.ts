import xzDecompress from "xz-decompress";
import type { ByteReader } from "./byte-reader.ts";
import { damaged, unsupported } from "./failure.ts";

/** What xz-decompress's build of xz-embedded exports. */
interface Xz {
  readonly memory: { readonly buffer: ArrayBuffer };
  create_context(): number;
  destroy_context(context: number): void;
  /** Says how many bytes were put into the input buffer; none means that the file ends. */
  supply_input(context: number, bytes: number): void;
  get_next_output(context: number): number;
}

/** A context begins with these words of 32 bits (xzwasm.c). */
const BUFFER_BYTES = 0;
const IN_START = 1;
const IN_POSITION = 2;
const IN_SIZE = 3;
const OUT_START = 4;
const OUT_POSITION = 5;
const WORDS = 6;

/** xz-embedded's results (xz.h). */
const OK = 0;
const STREAM_END = 1;
const MEMORY = 3;
const MEMORY_LIMIT = 4;
const FORMAT = 5;
const OPTIONS = 6;
const BUFFER = 8;

const KIND = "an xz file";

/**
 * Undoes xz, all streams of it with the padding between them, and verifies CRC32 and CRC64. Holds one dictionary, at
 * most 64 MiB, which is what `xz -9` takes.
 */
export async function* unxz(reader: ByteReader, where: string): AsyncGenerator<Uint8Array> {
  const xz = await loaded();
  const context = xz.create_context();
  // Memory may grow at any call, which leaves older views empty.
  const words = () => new Uint32Array(xz.memory.buffer, context, WORDS);
  const bufferBytes = words()[BUFFER_BYTES]!;
  try {
    for (let ended = false; ; ) {
      const offset = reader.offset;
      const piece = await reader.some(bufferBytes);
      ended = piece === undefined;
      if (piece !== undefined) new Uint8Array(xz.memory.buffer).set(piece, words()[IN_START]);
      xz.supply_input(context, piece?.length ?? 0);
      for (let hungry = false; !hungry; ) {
        const result = xz.get_next_output(context);
        const now = words();
        const start = now[OUT_START]!;
        const filled = now[OUT_POSITION]!;
        if (filled > 0) yield new Uint8Array(xz.memory.buffer).slice(start, start + filled);
        words()[OUT_POSITION] = 0;
        if (result === STREAM_END) return;
        if (result !== OK) throw failure(result, where, offset + now[IN_POSITION]!, ended);
        hungry = now[IN_POSITION] === now[IN_SIZE] && filled < bufferBytes;
      }
    }
  } finally {
    xz.destroy_context(context);
  }
}

function failure(result: number, where: string, offset: number, ended: boolean): Error {
  const again = "compress it again as xz does without options";
  if (result === OPTIONS)
    return unsupported(
      where,
      "xz with the LZMA2 filter alone and a CRC32 or CRC64",
      "it uses another filter or checksum",
      again,
    );
  if (result === MEMORY || result === MEMORY_LIMIT)
    return unsupported(where, "a dictionary of at most 64 MiB", "its dictionary is larger", again);
  const got =
    ended || result === BUFFER
      ? "it ends too early"
      : result === FORMAT
        ? "no xz stream begins where one should"
        : "its data contradict their checksum or themselves";
  return damaged({ where, kind: KIND, got, offset });
}

let loading: Promise<Xz> | undefined;

/**
 * xz-decompress's own stream lets one file at a time be read, and waits for ever when a second is opened meanwhile, so
 * only its WebAssembly is used, which it keeps in static fields.
 */
function loaded(): Promise<Xz> {
  const holder = xzDecompress.XzReadableStream as unknown as {
    _moduleInstance?: { readonly exports: unknown };
    _getModuleInstance(): Promise<void>;
  };
  loading ??= holder._getModuleInstance().then(() => holder._moduleInstance!.exports as Xz);
  return loading;
}
