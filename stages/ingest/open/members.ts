import type { FileHandle } from "node:fs/promises";
import type { SourceFile } from "../../../engine/index.ts";
import { ByteReader } from "./byte-reader.ts";
import { decompressed } from "./codecs.ts";
import { unsupported } from "./failure.ts";
import { agreedFormat, type Format, HEAD_BYTES } from "./format.ts";
import type { Member, OpenOptions } from "./index.ts";
import { Expansion } from "./limits.ts";
import { cleanedName, MemberNames } from "./member-name.ts";
import { explaining, filePieces, openFile } from "./read-file.ts";
import { repiece } from "./repiece.ts";
import { type Archive, namedFormat } from "./suffix.ts";
import type { ArchivedFile } from "./tar.ts";

const PIECE_BYTES = 1 << 20;

/** A file while its members are read. */
interface Opened {
  readonly path: string;
  readonly expansion: Expansion;
  readonly pieceBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly matches: OpenOptions["matches"];
  onRead(bytes: number): void;
}

/** The members of a file, as `openMembers` says. */
export async function* membersOf(file: SourceFile, options: OpenOptions): AsyncGenerator<Member> {
  const { path } = file;
  const { limits, signal, matches, pieceBytes = PIECE_BYTES } = options;
  const expansion = new Expansion(path, limits);
  const onRead = (bytes: number) => {
    expansion.diskBytes += bytes;
    options.onRead?.(bytes);
  };
  const opened: Opened = { path, expansion, pieceBytes, signal, matches, onRead };
  await using handle = await openFile(path);
  const reader = new ByteReader(filePieces(handle, path, opened));
  try {
    const named = namedFormat(file.name);
    const format = agreedFormat(await reader.fill(HEAD_BYTES), named, path);
    if (format.archive === "zip") return yield* unzipped(handle, opened);
    if (format.compression === undefined) return yield* unpacked(reader, format, opened);
    const content = decompressed(format.compression, reader, path);
    const inner = new ByteReader(counted(content, 0, path, opened));
    try {
      const found = await innerFormat(inner, named.archive, path);
      yield* unpacked(inner, found, opened);
    } finally {
      await inner.close();
    }
  } finally {
    await reader.close();
  }
}

/** A tar archive's members, or the one of anything else. */
async function* unpacked(
  reader: ByteReader,
  { archive }: Format,
  opened: Opened,
): AsyncGenerator<Member> {
  const { path, pieceBytes, signal } = opened;
  if (archive === undefined)
    return yield* offer("", repiece(reader.take(Number.POSITIVE_INFINITY), pieceBytes, signal));
  const { tarFiles } = await import("./tar.ts");
  yield* selected(tarFiles(reader, path), opened);
}

/** A zip archive's members. They are read by their places, so progress is capped, and completed in the end. */
async function* unzipped(handle: FileHandle, opened: Opened): AsyncGenerator<Member> {
  const { path, expansion } = opened;
  const { size } = await explaining(path, () => handle.stat());
  const onRead = (bytes: number) => {
    const left = size - expansion.diskBytes;
    if (left > 0) opened.onRead(Math.min(bytes, left));
  };
  const { zipFiles } = await import("./zip.ts");
  const files = zipFiles(handle, path, { ...opened, onRead });
  async function* expanding(): AsyncGenerator<ArchivedFile> {
    for await (const { rawName, bytes } of files)
      yield { rawName, bytes: counted(bytes, 0, path, opened) };
  }
  yield* selected(expanding(), opened);
  onRead(size);
}

/** The files of an archive that are wanted, under clean names, each decompressed. */
async function* selected(
  files: AsyncIterable<ArchivedFile>,
  opened: Opened,
): AsyncGenerator<Member> {
  const names = new MemberNames(opened.path);
  for await (const { rawName, bytes } of files) {
    const name = cleanedName(rawName, opened.path);
    if (opened.matches?.(name) === false) continue;
    names.add(name);
    yield* offer(name, memberBytes(name, bytes, opened));
  }
}

async function* memberBytes(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  opened: Opened,
): AsyncGenerator<Uint8Array> {
  const { pieceBytes, signal } = opened;
  const where = `${opened.path}!${name}`;
  const reader = new ByteReader(bytes);
  try {
    const named = namedFormat(name);
    const format = agreedFormat(await reader.fill(HEAD_BYTES), named, where);
    refuseArchive(format, where);
    if (format.compression === undefined)
      return yield* repiece(reader.take(Number.POSITIVE_INFINITY), pieceBytes, signal);
    const content = decompressed(format.compression, reader, where);
    const inner = new ByteReader(counted(content, 1, where, opened));
    try {
      refuseArchive(await innerFormat(inner, named.archive, where), where);
      yield* repiece(inner.take(Number.POSITIVE_INFINITY), pieceBytes, signal);
    } finally {
      await inner.close();
    }
  } finally {
    await reader.close();
  }
}

/** What is inside a compressed file: no second compression, and no zip archive, which cannot be read in one pass. */
async function innerFormat(
  inner: ByteReader,
  archive: Archive | undefined,
  where: string,
): Promise<Format> {
  const named = { name: where, ...(archive && { archive }) };
  const format = agreedFormat(await inner.fill(HEAD_BYTES), named, where);
  if (format.compression === undefined && format.archive !== "zip") return format;
  throw unsupported(
    where,
    "text or a tar archive in a compressed file",
    format.compression === undefined
      ? "a zip archive is in it"
      : `it is compressed twice, with ${format.compression} inside`,
    "undo the outer compression first",
  );
}

function refuseArchive({ archive }: Format, where: string): void {
  if (archive === undefined) return;
  throw unsupported(
    where,
    "files in an archive",
    `it is a ${archive} archive in an archive`,
    "unpack the outer archive, or leave this member out of those that are read",
  );
}

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  depth: 0 | 1,
  where: string,
  { expansion, signal }: Opened,
): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    signal?.throwIfAborted();
    expansion.add(piece.length, depth, where);
    yield piece;
  }
}

/** Hands out a member, and ends its bytes, whether read or not, before the next. */
async function* offer(name: string, bytes: AsyncGenerator<Uint8Array>): AsyncGenerator<Member> {
  let state: "unread" | "read" | "over" = "unread";
  const next = () => {
    if (state === "over") throw new Error("a member's bytes are read after the next was asked for");
    return bytes.next();
  };
  const iterable: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]() {
      if (state !== "unread") throw new Error("a member's bytes are read once, and in time");
      state = "read";
      return { next, return: () => bytes.return(undefined) };
    },
  };
  try {
    yield { name, bytes: iterable };
  } finally {
    state = "over";
    await bytes.return(undefined);
  }
}
