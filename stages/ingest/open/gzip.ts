import { createGunzip, createInflateRaw } from "node:zlib";
import { PipelineError } from "../../../engine/index.ts";
import type { ByteReader } from "./byte-reader.ts";
import { damaged } from "./failure.ts";
import { through } from "./through.ts";

/** 16 KiB, zlib's default, is three times slower. */
const CHUNK_BYTES = 1 << 20;

const KIND = "a gzip file";

/** Undoes gzip, all members of it; zeros may follow, as on tapes. */
export async function* gunzip(reader: ByteReader, where: string): AsyncGenerator<Uint8Array> {
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
  bytes: AsyncIterable<Uint8Array>,
  length: number,
  where: string,
): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
  try {
    yield* through(bytes, inflate);
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
