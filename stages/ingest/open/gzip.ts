import {
  createGunzip,
  createInflateRaw,
  gunzipSync,
  inflateRawSync,
  type ZlibOptions,
} from "node:zlib";
import { PipelineError } from "../../../engine/index.ts";
import type { ByteReader } from "./byte-reader.ts";
import { damaged } from "./failure.ts";
import { through } from "./through.ts";

/** 16 KiB, zlib's default, is three times slower. */
const CHUNK_BYTES = 1 << 20;

/**
 * So few bytes are undone at once, since to set up a stream takes longer, by ten times for a file of 2 KB. They make
 * 33 MB at most.
 */
const AT_ONCE_BYTES = 1 << 15;

const KIND = "a gzip file";

/** Undoes gzip, all members of it; zeros may follow, as on tapes. */
export async function* gunzip(reader: ByteReader, where: string): AsyncGenerator<Uint8Array> {
  const head = await reader.fill(AT_ONCE_BYTES + 1);
  const content = atOnce(gunzipSync, head);
  if (content !== undefined) {
    reader.skip(head.length);
    return yield content;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  let last: Uint8Array = new Uint8Array(0);
  async function* pieces() {
    for await (last of reader.take(Number.POSITIVE_INFINITY)) yield last;
  }
  try {
    yield* through(pieces(), gunzip);
  } catch (error) {
    throw explained(error, where, KIND, gunzip.bytesWritten);
  }

  // zlib stops at a zero after a member, in the last piece that it was given.
  const end = gunzip.bytesWritten;
  let tail = last.subarray(last.length - (reader.offset - end));
  for (let offset = end; tail.length > 0; ) {
    const garbage = tail.findIndex((byte) => byte !== 0);
    if (garbage !== -1)
      throw damaged({
        where,
        kind: KIND,
        got: "something follows its end",
        offset: offset + garbage,
      });
    offset += tail.length;
    tail = (await reader.some(CHUNK_BYTES)) ?? new Uint8Array(0);
  }
}

/** Undoes bare deflate, as in zip archives, all bytes of which must belong to it. */
export async function* inflate(
  reader: ByteReader,
  length: number,
  where: string,
): AsyncGenerator<Uint8Array> {
  const head = await reader.fill(Math.min(length, AT_ONCE_BYTES + 1));
  const content = head.length === length ? atOnce(inflateRawSync, head) : undefined;
  if (content !== undefined) return yield content;
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
  try {
    yield* through(reader.take(length), inflate);
  } catch (error) {
    throw explained(error, where, "deflated data", inflate.bytesWritten);
  }
  if (inflate.bytesWritten !== length)
    throw damaged({
      where,
      kind: "deflated data",
      got: "something follows its end",
      offset: inflate.bytesWritten,
    });
}

/** What a few bytes hold, if all of them belong to it; where they do not, a stream finds out where. */
function atOnce(
  undo: (bytes: Uint8Array, options: ZlibOptions) => unknown,
  bytes: Uint8Array,
): Uint8Array | undefined {
  if (bytes.length > AT_ONCE_BYTES) return undefined;
  try {
    const done = undo(bytes, { info: true, chunkSize: Math.max(1024, 4 * bytes.length) });
    const { buffer, engine } = done as { buffer: Uint8Array; engine: { bytesWritten: number } };
    return engine.bytesWritten === bytes.length ? buffer : undefined;
  } catch {
    return undefined;
  }
}

function explained(error: unknown, where: string, kind: string, offset: number): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof PipelineError || code?.startsWith("Z_") !== true) return error;
  const got =
    code === "Z_BUF_ERROR"
      ? "it ends too early"
      : code === "Z_NEED_DICT"
        ? "it needs a dictionary"
        : (error as Error).message;
  return damaged({ where, kind, got, offset, cause: error });
}
