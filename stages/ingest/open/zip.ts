import { isUtf8 } from "node:buffer";
import type { FileHandle } from "node:fs/promises";
import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel } from "yauzl";
import { PipelineError } from "../../../engine/index.ts";
import { crc32 } from "../../../lib/crc32.ts";
import { ByteReader } from "./byte-reader.ts";
import { damaged, unsupported } from "./failure.ts";
import { inflate } from "./gzip.ts";
import { explaining, filePieces } from "./read-file.ts";
import type { ArchivedFile } from "./tar.ts";
import { WINDOW_BYTES, WindowedReader } from "./windowed-reader.ts";

const KIND = "a zip archive";

const STORED = 0;
const DEFLATED = 8;

/** The kind of a file in Unix's mode bits, which zip keeps in the attributes' upper half (APPNOTE 4.4.15, stat.h). */
const KIND_BITS = 0o170000;
const REGULAR = 0o100000;
const PIPE = 0o010000;

export interface ZipOptions {
  readonly pieceBytes: number;
  readonly signal?: AbortSignal | undefined;
  onRead(bytes: number): void;
}

/** The regular files of a zip archive in the order of its directory; sizes and CRC-32 are verified. */
export async function* zipFiles(
  handle: FileHandle,
  path: string,
  options: ZipOptions,
): AsyncGenerator<ArchivedFile> {
  const { size } = await explaining(path, () => handle.stat());
  const reader = new WindowedReader(handle, path);
  const zip = await parsing(path, () =>
    // Names are decoded here, since yauzl would end the archive at the first one that it objects to.
    fromRandomAccessReaderPromise(reader, size, { decodeStrings: false, autoClose: false }),
  );
  const entries = zip.eachEntry();
  for (;;) {
    options.signal?.throwIfAborted();
    const next = await parsing(path, () => entries.next());
    if (next.done === true) break;
    const entry = next.value;
    const rawName = nameOf(entry);
    if (rawName.endsWith("/") || !isRegular(entry)) continue;
    const where = `${path}!${rawName}`;
    const bytes = async function* () {
      const refused = refusal(entry, where);
      if (refused !== undefined) throw refused;
      const { fileDataStart: start } = await parsing(path, () =>
        zip.readLocalFileHeaderPromise(entry, { minimal: true }),
      );
      const length = entry.compressedSize;
      if (length > WINDOW_BYTES)
        return yield* verified(
          entry,
          filePieces(handle, path, { ...options, start, length }),
          where,
        );
      options.onRead(length);
      yield* verified(entry, only(reader.bytes(start, length)), where);
    };
    yield { rawName, bytes: bytes() };
  }
}

async function* only(bytes: Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield await bytes;
}

/** Undoes an entry's compression and checks that it is as long as stated, byte for byte. */
async function* verified(
  entry: Entry,
  range: AsyncIterable<Uint8Array>,
  where: string,
): AsyncGenerator<Uint8Array> {
  let crc = 0;
  let length = 0;
  const fail = (got: string) =>
    damaged({ where, kind: "a member that is as its directory says", got });
  const bytes =
    entry.compressionMethod === STORED
      ? range
      : inflate(new ByteReader(range), entry.compressedSize, where);
  for await (const piece of bytes) {
    crc = crc32(piece, crc);
    length += piece.length;
    if (length > entry.uncompressedSize)
      throw fail(`it holds more than the ${entry.uncompressedSize} bytes stated`);
    yield piece;
  }
  if (length < entry.uncompressedSize)
    throw fail(`it holds ${length} of the ${entry.uncompressedSize} bytes stated`);
  if (crc !== entry.crc32) throw fail("its checksum is another");
}

function refusal(entry: Entry, where: string): PipelineError | undefined {
  const expected = "a member stored or deflated, without a password";
  if (entry.isEncrypted())
    return unsupported(where, expected, "it is encrypted", "unpack it with its password first");
  const method = entry.compressionMethod;
  if (method === STORED || method === DEFLATED) return undefined;
  return unsupported(
    where,
    expected,
    `it is compressed by zip's method ${method}`,
    "pack it again with deflate, which every program writes by default",
  );
}

/**
 * Unix programs tell links and devices from files; other programs' archives have none of them. What `zip` read from
 * its standard input it marks as a pipe.
 */
function isRegular({ externalFileAttributes, uncompressedSize }: Entry): boolean {
  const kind = (externalFileAttributes >>> 16) & KIND_BITS;
  return kind === 0 || kind === REGULAR || (kind === PIPE && uncompressedSize > 0);
}

/** The extra field with which Info-ZIP gives a name in UTF-8 (APPNOTE 4.6.9). */
const UNICODE_PATH = 0x7075;

/**
 * UTF-8 or code page 437 as the entry says; but UTF-8 also where the entry does not say so and the bytes are: many
 * programs forget to, and text in code page 437 is never UTF-8 by chance.
 */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  if (isUtf8(fileNameRaw) && !extraFields.some(({ id }) => id === UNICODE_PATH))
    return fileNameRaw.toString("utf8");
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}

/** Yauzl's objections are errors without a code. */
async function parsing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    throw damaged({ where: path, kind: KIND, got: (error as Error).message, cause: error });
  }
}
