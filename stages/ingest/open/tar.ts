import type { ByteReader } from "./byte-reader.ts";
import { damaged, unsupported } from "./failure.ts";
import {
  BLOCK_BYTES,
  type PaxFields,
  parseHeader,
  parsePax,
  type TarHeader,
  text,
} from "./tar-header.ts";

/** A name or PAX's records longer than this are an attack on memory. */
const EXTENSION_BYTES = 1 << 20;

const KIND = "a tar archive";

/** Links, devices, folders and pipes: they have no bytes here, whatever size they state. */
const WITHOUT_BYTES = "123456";
/** Comments, volume labels, folder lists, access rights: bytes that are no file's. */
const PASSED = "gKVDANE";

/** A regular file in an archive. */
export interface ArchivedFile {
  /** As it stands in the archive. */
  readonly rawName: string;
  /** To be read once, before the next file is asked for. */
  readonly bytes: AsyncGenerator<Uint8Array>;
}

/**
 * The regular files of a tar archive: ustar, GNU (long names, large sizes) and PAX, and what came before. Tar-stream would need 8 MB of packages with native parts and
 * says neither where an archive is broken nor that it goes on behind its end.
 */
export async function* tarFiles(reader: ByteReader, where: string): AsyncGenerator<ArchivedFile> {
  const fail: Fail = (got, offset) => damaged({ where, kind: KIND, got, offset });
  let longName: string | undefined;
  let pax: PaxFields = {};
  for (;;) {
    const offset = reader.offset;
    const block = (await reader.fill(BLOCK_BYTES)).subarray(0, BLOCK_BYTES);
    if (block.length < BLOCK_BYTES) throw fail("it ends too early", offset + block.length);
    if (block.every((byte) => byte === 0)) return await checkEnd(reader, where);
    reader.skip(BLOCK_BYTES);
    const header = parseHeader(block);
    if (typeof header === "string") throw fail(header, offset);
    const { type } = header;
    if (type === "L" || type === "x" || type === "X") {
      const bytes = await extension(reader, header, offset, fail);
      if (type === "L") longName = text(bytes);
      else {
        const fields = parsePax(bytes);
        if (fields === undefined) throw fail("a member's PAX header is none", offset);
        pax = fields;
      }
      continue;
    }

    const rawName = pax.path ?? longName ?? header.name;
    const size = WITHOUT_BYTES.includes(type) ? 0 : (pax.size ?? header.size);
    if (type === "S" || pax.sparse === true)
      throw unsupported(
        where,
        "files stored whole",
        `it has a sparse file, ${JSON.stringify(rawName.slice(0, 200))}`,
        "pack it again without --sparse",
      );
    const isFile = type === "0" || type === "7";
    if (!isFile && !WITHOUT_BYTES.includes(type) && !PASSED.includes(type))
      throw unsupported(
        where,
        "members of POSIX's and GNU's kinds",
        `it has one of kind ${JSON.stringify(type)}`,
        "pack it again with GNU tar or bsdtar",
      );
    const end = reader.offset + size;
    // Before POSIX a folder was a file whose name ends in a slash.
    if (isFile && !rawName.endsWith("/")) yield { rawName, bytes: content(reader, size, fail) };
    const next = end + padding(size);
    await reader.discard(next - reader.offset);
    if (reader.offset < next) throw fail("it ends too early", reader.offset);
    if (type !== "g" && type !== "K") {
      longName = undefined;
      pax = {};
    }
  }
}

type Fail = (got: string, offset: number) => Error;

async function* content(reader: ByteReader, size: number, fail: Fail): AsyncGenerator<Uint8Array> {
  const end = reader.offset + size;
  yield* reader.take(size);
  if (reader.offset < end) throw fail("it ends too early", reader.offset);
}

async function extension(
  reader: ByteReader,
  { size }: TarHeader,
  offset: number,
  fail: Fail,
): Promise<Uint8Array> {
  if (size > EXTENSION_BYTES) throw fail(`a member's name or PAX header has ${size} bytes`, offset);
  const all = size + padding(size);
  const bytes = await reader.fill(all);
  if (bytes.length < all) throw fail("it ends too early", offset + BLOCK_BYTES + bytes.length);
  reader.skip(all);
  return bytes.subarray(0, size);
}

/** The end is two blocks of zeros (one will do); what follows must be zeros as well, or it would be lost silently. */
async function checkEnd(reader: ByteReader, where: string): Promise<void> {
  for await (const piece of reader.take(Number.POSITIVE_INFINITY)) {
    const garbage = piece.findIndex((byte) => byte !== 0);
    if (garbage !== -1)
      throw damaged({
        where,
        kind: KIND,
        got: "something follows its end",
        offset: reader.offset - piece.length + garbage,
        hint: "if several archives were joined with cat, give them as files of their own",
      });
  }
}

function padding(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}
