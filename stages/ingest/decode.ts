import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import { PipelineError, type SourceFile } from "../../engine/index.ts";
import type { Source } from "./sources.ts";
import { firstInvalidUtf8, wholeCharactersEnd } from "./utf8.ts";

const PIECE_BYTES = 1 << 20;

export interface DecodeOptions {
  readonly encoding: Source["encoding"];
  /** How much is read at a time; changes no result. */
  readonly pieceBytes?: number;
  readonly signal?: AbortSignal;
  onRead?(bytes: number): void;
}

/**
 * A file's text in pieces, without a byte order mark. Throws a PipelineError where the file cannot be read,
 * holds a NUL byte (it is binary), or is not valid in its encoding, with the byte's offset and line.
 */
export async function* decodeFile(
  file: SourceFile,
  { encoding, pieceBytes = PIECE_BYTES, signal, onRead }: DecodeOptions,
): AsyncGenerator<string> {
  await using handle = await reading(file, () => open(file.path));
  const { size } = await reading(file, () => handle.stat());
  const capacity = Math.min(pieceBytes, Math.max(size + 1, 4096));
  const buffer = Buffer.allocUnsafe(capacity + 3);
  let held = 0;
  let offset = 0;
  let head: Uint8Array | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await reading(file, () => handle.read(buffer, held, capacity));
    onRead?.(bytesRead);
    const filled = held + bytesRead;
    const last = bytesRead === 0;
    const end = last || encoding !== "utf-8" ? filled : wholeCharactersEnd(buffer, filled);
    const piece = buffer.subarray(0, end);
    head ??= Uint8Array.from(buffer.subarray(0, Math.min(filled, 8)));

    const nul = piece.indexOf(0);
    if (nul !== -1) throw binary(file, head, offset + nul);
    if (encoding === "utf-8" && !isUtf8(piece)) {
      const invalid = firstInvalidUtf8(piece);
      const line = await lineOf(file, offset + invalid);
      throw notUtf8(file, head, offset + invalid, line, piece[invalid]!);
    }
    const text = encoding === "utf-8" ? piece.toString("utf8") : windows1252(piece);
    const marked = offset === 0 && text.startsWith("\ufeff");
    if (text.length > (marked ? 1 : 0)) yield marked ? text.slice(1) : text;
    if (last) return;
    buffer.copyWithin(0, end, filled);
    held = filled - end;
    offset += end;
  }
}

/** Turns what the file system says into an error that tells what to do. */
async function reading<T>(file: SourceFile, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === undefined) throw cause;
    const details = { where: file.path, expected: "a readable file", got: code, cause };
    if (code === "ENOENT")
      throw new PipelineError(`${file.path} is gone`, {
        ...details,
        hint: "it was there when the run was planned; run again once the files stand still",
      });
    if (code === "EISDIR") throw new PipelineError(`${file.path} is a folder`, details);
    throw new PipelineError(`${file.path} cannot be read`, {
      ...details,
      hint: code === "EACCES" ? "check its permissions" : "check the disk it lies on",
    });
  }
}

/** What WHATWG's "latin1" makes of 0x80 to 0x9f (https://encoding.spec.whatwg.org/index-windows-1252.txt). */
const WINDOWS_1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

/** Node's TextDecoder has taken Windows-1252 for ISO 8859-1 in some releases, so the difference is spelt out. */
function windows1252(bytes: Buffer): string {
  return bytes
    .toString("latin1")
    .replace(/[\x80-\x9f]/g, (letter) => WINDOWS_1252[letter.charCodeAt(0) - 0x80]!);
}

/** First bytes of files that are often taken for text. */
const SIGNATURES: readonly (readonly [kind: string, bytes: readonly number[]])[] = [
  ["UTF-16 text", [0xff, 0xfe]],
  ["UTF-16 text", [0xfe, 0xff]],
  ["a gzip file", [0x1f, 0x8b]],
  ["a zip file", [0x50, 0x4b, 0x03, 0x04]],
  ["a zstd file", [0x28, 0xb5, 0x2f, 0xfd]],
  ["a bzip2 file", [0x42, 0x5a, 0x68]],
  ["an xz file", [0xfd, 0x37, 0x7a, 0x58]],
  ["a PDF file", [0x25, 0x50, 0x44, 0x46]],
  ["a PNG image", [0x89, 0x50, 0x4e, 0x47]],
  ["a Parquet file", [0x50, 0x41, 0x52, 0x31]],
];

function kindOf(head: Uint8Array): string | undefined {
  return SIGNATURES.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte))?.[0];
}

function binary(file: SourceFile, head: Uint8Array, offset: number): PipelineError {
  const kind = kindOf(head);
  return new PipelineError(`${file.path} is not a text file`, {
    where: `${file.path}, byte ${offset}`,
    expected: "text without NUL bytes",
    got: kind ?? "a NUL byte",
    hint: kind === "UTF-16 text" ? "convert it to UTF-8" : "leave it out of the source's files",
  });
}

function notUtf8(
  file: SourceFile,
  head: Uint8Array,
  offset: number,
  line: number,
  byte: number,
): PipelineError {
  const kind = kindOf(head);
  const hex = `byte 0x${byte.toString(16).padStart(2, "0")}`;
  return new PipelineError(`${file.path} is not valid UTF-8`, {
    where: `${file.path}:${line}, byte ${offset}`,
    expected: "UTF-8",
    got: kind === undefined ? hex : `${hex} in what looks like ${kind}`,
    hint:
      kind === undefined
        ? 'if it is Latin-1 or Windows-1252, give the source encoding: "latin1"'
        : "leave it out of the source's files",
  });
}

/** Counted only once something is wrong, by reading again. */
async function lineOf(file: SourceFile, offset: number): Promise<number> {
  await using handle = await open(file.path);
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  let line = 1;
  let previous = 0;
  for (let position = 0; position < offset; ) {
    const wanted = Math.min(buffer.length, offset - position);
    const { bytesRead } = await handle.read(buffer, 0, wanted, position);
    if (bytesRead === 0) break;
    for (const byte of buffer.subarray(0, bytesRead)) {
      if (byte === 0x0d || (byte === 0x0a && previous !== 0x0d)) line++;
      previous = byte;
    }
    position += bytesRead;
  }
  return line;
}
