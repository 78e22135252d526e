import { PipelineError } from "../../engine/index.ts";

/** Where in a file something is wrong. */
export interface Place {
  readonly where: string;
  readonly line: number;
  readonly byte: number;
  /** The file's first bytes. */
  readonly head: Uint8Array;
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
  ["a 7z archive", [0x37, 0x7a, 0xbc, 0xaf]],
  ["a PDF file", [0x25, 0x50, 0x44, 0x46]],
  ["a PNG image", [0x89, 0x50, 0x4e, 0x47]],
  ["a JPEG image", [0xff, 0xd8, 0xff]],
  ["a Parquet file", [0x50, 0x41, 0x52, 0x31]],
];

function kindOf(head: Uint8Array): string | undefined {
  return SIGNATURES.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte))?.[0];
}

/** The error of a NUL in what should be text. */
export function binary({ where, line, byte, head }: Place): PipelineError {
  const kind = kindOf(head);
  return new PipelineError(`${where} is not a text file`, {
    // What is no text has no lines.
    where: kind === undefined ? `${where}:${line}, byte ${byte}` : `${where}, byte ${byte}`,
    expected: "text without NUL bytes",
    got: kind ?? "a NUL byte",
    hint:
      kind === "UTF-16 text"
        ? 'give the source encoding: "utf-16le" or "utf-16be"'
        : "leave it out of the source's files; UTF-16 without a byte order mark needs the source's encoding to say so",
  });
}

/** The error of a byte that cannot stand where it does in UTF-8. */
export function notUtf8({ where, line, byte, head }: Place, value: number): PipelineError {
  const kind = kindOf(head);
  const hex = `byte 0x${value.toString(16).padStart(2, "0")}`;
  return new PipelineError(`${where} is not valid UTF-8`, {
    where: `${where}:${line}, byte ${byte}`,
    expected: "UTF-8",
    got: kind === undefined ? hex : `${hex} in what looks like ${kind}`,
    hint:
      kind === undefined
        ? 'if it is Latin-1 or Windows-1252, give the source encoding: "latin1", or "auto" if only some files are'
        : "leave it out of the source's files",
  });
}

/** The error of half a surrogate pair. */
export function illFormedUtf16({ where, line, byte }: Place, encoding: string): PipelineError {
  return new PipelineError(`${where} is not valid ${encoding.toUpperCase()}`, {
    where: `${where}:${line}, byte ${byte}`,
    expected: "surrogates in pairs",
    got: "half a pair",
    hint: "check that the file is of this encoding as a whole",
  });
}

/** The error of UTF-16 with an odd number of bytes. */
export function cutOff({ where, line, byte }: Place, encoding: string): PipelineError {
  return new PipelineError(`${where} is not valid ${encoding.toUpperCase()}`, {
    where: `${where}:${line}, byte ${byte}`,
    expected: "two bytes a code unit",
    got: "one byte at the end",
    hint: "check that the file was not cut off",
  });
}
