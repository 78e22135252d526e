import { deflateRawSync } from "node:zlib";
import { crc32ByTable } from "../../lib/crc32.ts";

export interface TarEntry {
  readonly name: string;
  readonly content?: Uint8Array | string;
  /** By default 0, a file. */
  readonly type?: string;
  /** What the header says, if it lies. */
  readonly size?: number;
}

const BLOCK = 512;

/** A tar archive in POSIX's format, written field by field so that it may say anything. */
export function tarOf(entries: readonly TarEntry[], end = Buffer.alloc(2 * BLOCK)): Buffer {
  return Buffer.concat([...entries.map(tarEntry), end]);
}

function tarEntry({ name, content = "", type = "0", size }: TarEntry): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write("0000644\0", 100);
  header.write(`${(size ?? bytes.length).toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write(type, 156);
  header.write("ustar\0", 257);
  header.write("00", 263);
  sealed(header);
  return Buffer.concat([header, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

/** Puts the right checksum into a header. */
export function sealed(header: Buffer): Buffer {
  header.fill(" ", 148, 156);
  const sum = header.subarray(0, BLOCK).reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** A PAX record: its length, which counts itself, a key and a value. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + 1;
  while (bytes + String(length).length !== length) length++;
  return `${length}${rest}`;
}

export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array | string;
  /** By default deflated. */
  readonly stored?: boolean;
  /** What the archive says, if it lies. */
  readonly size?: number;
  readonly crc?: number;
  readonly method?: number;
  readonly flags?: number;
  /** Unix mode, with the file's kind. */
  readonly mode?: number;
  /** Deflated bytes that stand for the content's own. */
  readonly raw?: Uint8Array;
}

/** A zip archive, written field by field so that it may say anything. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content);
    const data = entry.raw ?? (entry.stored ? content : deflateRawSync(content));
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0x800, 2);
    common.writeUInt16LE(entry.method ?? (entry.stored ? 0 : 8), 4);
    common.writeUInt32LE(entry.crc ?? crc32ByTable(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(entry.size ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const body = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, data]);
    const head = Buffer.concat([Buffer.from("PK\x01\x02\x14\x03"), common, Buffer.alloc(14)]);
    head.writeUInt32LE(((entry.mode ?? 0o100644) * 0x10000) >>> 0, 38);
    head.writeUInt32LE(offset, 42);
    directory.push(head, name);
    bodies.push(body);
    offset += body.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, listing, end]);
}
