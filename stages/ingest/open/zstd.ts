import { ZSTDDecoder } from "zstddec/stream";
import type { ByteReader } from "./byte-reader.ts";
import { damaged, unsupported } from "./failure.ts";

/** What zstddec's build of zstd 1.5.7 exports; addresses and sizes are 32-bit. */
interface Zstd {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  free(address: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): number;
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

const IN_BYTES = 1 << 17;
const OUT_BYTES = 1 << 20;
/** A buffer as zstd takes it is an address, a size and a position. */
const STRUCT_BYTES = 12;

const KIND = "a zstd file";

/** zstd's error codes that say something to a user (zstd_errors.h). */
const CHECKSUM_WRONG = 22;
const CORRUPTION_DETECTED = 20;
const DICTIONARY_WRONG = 32;
const PREFIX_UNKNOWN = 10;
const WINDOW_TOO_LARGE = 16;

/**
 * Undoes zstd, all frames of it, skippable ones too, and verifies their checksums. Holds one window, at most 128 MiB,
 * which is as much as `zstd -d` takes without being told to.
 */
export async function* unzstd(reader: ByteReader, where: string): AsyncGenerator<Uint8Array> {
  const zstd = await loaded();
  const input = zstd.malloc(2 * STRUCT_BYTES + IN_BYTES + OUT_BYTES);
  const output = input + STRUCT_BYTES;
  const inStart = output + STRUCT_BYTES;
  const outStart = inStart + IN_BYTES;
  const context = zstd.ZSTD_createDCtx();
  try {
    let open = 0;
    for (;;) {
      const offset = reader.offset;
      const piece = await reader.some(IN_BYTES);
      if (piece === undefined) {
        if (open === 0) return;
        throw damaged({ where, kind: KIND, got: "it ends too early", offset });
      }
      new Uint8Array(zstd.memory.buffer).set(piece, inStart);
      new Uint32Array(zstd.memory.buffer, input, 3).set([inStart, piece.length, 0]);
      for (let full = true, eaten = 0; full || eaten < piece.length; ) {
        new Uint32Array(zstd.memory.buffer, output, 3).set([outStart, OUT_BYTES, 0]);
        open = zstd.ZSTD_decompressStream(context, output, input);
        if (open < 0 && open > -256) throw failure(-open, where, offset + eaten);
        // Memory may have grown, which leaves older views empty.
        eaten = new Uint32Array(zstd.memory.buffer, input, 3)[2]!;
        const filled = new Uint32Array(zstd.memory.buffer, output, 3)[2]!;
        full = filled === OUT_BYTES;
        if (filled > 0) yield new Uint8Array(zstd.memory.buffer).slice(outStart, outStart + filled);
      }
    }
  } finally {
    zstd.ZSTD_freeDCtx(context);
    zstd.free(input);
  }
}

function failure(code: number, where: string, offset: number): Error {
  if (code === WINDOW_TOO_LARGE)
    return unsupported(
      where,
      "a window of at most 128 MiB",
      "it was compressed with --long=28 or more",
      "compress it again with --long=27 or without --long",
    );
  if (code === DICTIONARY_WRONG)
    return unsupported(
      where,
      "zstd without a dictionary",
      "it needs the dictionary that it was compressed with",
      "compress it again without a dictionary",
    );
  const got =
    code === CHECKSUM_WRONG
      ? "its checksum is another"
      : code === PREFIX_UNKNOWN
        ? "no frame begins where one should"
        : code === CORRUPTION_DETECTED
          ? "its data contradict themselves"
          : `zstd's error ${code}`;
  return damaged({ where, kind: KIND, got, offset });
}

let loading: Promise<Zstd> | undefined;

/**
 * zstddec's own streaming takes its input synchronously, loops for ever on damaged data and keeps its memory where
 * its reader leaves early, so only its WebAssembly is used: `_init` is handed the instance.
 */
function loaded(): Promise<Zstd> {
  loading ??= new Promise((resolve, reject) => {
    class Loader extends ZSTDDecoder {
      override _init(result: Parameters<ZSTDDecoder["_init"]>[0]): void {
        super._init(result);
        resolve(result.instance.exports as unknown as Zstd);
      }
    }
    new Loader().init().catch(reject);
  });
  return loading;
}
