import { PipelineError } from "../../../engine/index.ts";
import type { Archive, Compression, NamedFormat } from "./suffix.ts";
import { parseHeader } from "./tar-header.ts";

/** As many bytes as it takes to know a format by them: a tar header. */
export const HEAD_BYTES = 512;

/** What a file is. */
export interface Format {
  readonly compression?: Compression;
  readonly archive?: Archive;
}

/** First bytes that are common to all files of a format. */
const SIGNATURES: readonly (readonly [format: Compression | "zip", bytes: readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b, 0x08]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["zip", [0x50, 0x4b, 0x05, 0x06]],
];

/** What bytes are by themselves; nothing of it where they are neither compressed nor an archive. */
export function formatOf(head: Uint8Array): Format {
  const found = SIGNATURES.find(([, bytes]) => beginsWith(head, bytes))?.[0];
  if (found !== undefined) return found === "zip" ? { archive: "zip" } : { compression: found };
  if (isBzip2(head)) return { compression: "bzip2" };
  if (isSkippableFrame(head)) return { compression: "zstd" };
  return isTar(head) ? { archive: "tar" } : {};
}

/**
 * What a file is by its first bytes; throws a PipelineError where they are not what its suffix says. A name without
 * a suffix of ours says nothing.
 */
export function agreedFormat(head: Uint8Array, named: NamedFormat, where: string): Format {
  const found = formatOf(head);
  const expected = named.compression ?? named.archive;
  if (expected === undefined || expected === (found.compression ?? found.archive)) return found;
  if (expected === "tar" && head.length >= HEAD_BYTES && isOldTar(head)) return { archive: "tar" };
  const got = head.length === 0 ? "an empty file" : phrase(found);
  throw new PipelineError(`${where} is not what its name says`, {
    where,
    expected: phrase(named.compression === undefined ? { archive: "zip", ...named } : named),
    got,
    hint: "name the file by what it is, or get it again",
  });
}

/** A format in words. */
export function phrase({ compression, archive }: Format): string {
  if (compression !== undefined) return `${compression === "xz" ? "an" : "a"} ${compression} file`;
  return archive === undefined ? "something else" : `a ${archive} archive`;
}

function beginsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte);
}

/** "BZh9" alone might begin a text: a block or the end of the stream must follow. */
function isBzip2(head: Uint8Array): boolean {
  if (!beginsWith(head, [0x42, 0x5a, 0x68]) || !(head[3]! >= 0x31 && head[3]! <= 0x39))
    return false;
  const next = head.subarray(4);
  return (
    beginsWith(next, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]) ||
    beginsWith(next, [0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
  );
}

/** zstd files may begin with frames for other programs. */
function isSkippableFrame(head: Uint8Array): boolean {
  return (head[0]! & 0xf0) === 0x50 && beginsWith(head.subarray(1), [0x2a, 0x4d, 0x18]);
}

/** POSIX's and GNU's mark. */
function isTar(head: Uint8Array): boolean {
  return (
    head.length >= HEAD_BYTES && beginsWith(head.subarray(257), [0x75, 0x73, 0x74, 0x61, 0x72])
  );
}

/** Without that mark, by the header's checksum; or an archive without members. */
function isOldTar(head: Uint8Array): boolean {
  return head.every((byte) => byte === 0) || typeof parseHeader(head) !== "string";
}
