import { deflateRawSync } from "node:zlib";
import { crc32 } from "./crc32.ts";

export interface ZipEntry {
  /** The path in the archive, its segments joined by slashes. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
/** 1980-01-01, the first day that the format knows: equal content gives equal archives on every day. */
const DATE = 0x0021;
const MOST = 0xffff_fffe;

/**
 * A zip archive of these files, deflated, the same bytes for the same content (APPNOTE 6.3 without zip64: a
 * RangeError beyond 65,534 files or 4 GiB).
 */
export function zipArchive(entries: readonly ZipEntry[]): Uint8Array {
  if (entries.length > 0xfffe) throw new RangeError(`too many files: ${entries.length}`);
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const encoded = new TextEncoder().encode(name);
    const deflated = deflateRawSync(bytes, { level: 9 });
    const fields = entryFields(bytes, deflated, encoded);
    if (Math.max(bytes.length, offset + deflated.length) > MOST)
      throw new RangeError(`too large: ${name}`);
    const local = record([[LOCAL, 4], [VERSION, 2], ...fields]);
    directory.push(
      record([
        [CENTRAL, 4],
        [VERSION, 2],
        [VERSION, 2],
        ...fields,
        // No comment, the first disk, no attributes.
        [0, 2],
        [0, 2],
        [0, 2],
        [0, 4],
        [offset, 4],
      ]),
      encoded,
    );
    parts.push(local, encoded, deflated);
    offset += local.length + encoded.length + deflated.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = record([
    [END, 4],
    [0, 2],
    [0, 2],
    [entries.length, 2],
    [entries.length, 2],
    [size, 4],
    [offset, 4],
    [0, 2],
  ]);
  return Buffer.concat([...parts, ...directory, end]);
}

type Field = readonly [value: number, bytes: 2 | 4];

/** What an entry's local and central record have alike. */
function entryFields(bytes: Uint8Array, deflated: Uint8Array, name: Uint8Array): Field[] {
  return [
    [UTF8_NAMES, 2],
    [DEFLATED, 2],
    [0, 2],
    [DATE, 2],
    [crc32(bytes), 4],
    [deflated.length, 4],
    [bytes.length, 4],
    [name.length, 2],
    [0, 2],
  ];
}

/** Fields in little-endian order, one after another. */
function record(fields: readonly Field[]): Uint8Array {
  const buffer = Buffer.alloc(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of fields) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
}
