import { decodedName } from "./member-name.ts";

export const BLOCK_BYTES = 512;

/** What a tar header says; fields as POSIX's ustar and GNU's manual lay them out. */
export interface TarHeader {
  /** One character: what the member is. */
  readonly type: string;
  readonly name: string;
  readonly size: number;
}

/** Reads a header; a phrase says what is wrong with it. */
export function parseHeader(block: Uint8Array): TarHeader | string {
  const stated = number(block.subarray(148, 156));
  if (stated === undefined || !sums(block).includes(stated))
    return "no member begins where one should (its header's checksum is another)";
  const size = number(block.subarray(124, 136));
  if (size === undefined) return "a member's size is no number";
  const type = block[156] === 0 ? "0" : String.fromCharCode(block[156]!);
  const name = text(block.subarray(0, 100));
  // GNU's own headers, "ustar" and two blanks, hold times where POSIX has a folder.
  const posix = Buffer.from(block.subarray(257, 263)).toString("latin1") === "ustar\0";
  const folder = posix ? text(block.subarray(345, 500)) : "";
  return { type, size, name: folder === "" ? name : `${folder}/${name}` };
}

/** The header's bytes added up, its checksum's being blanks: unsigned, and signed as some old programs did. */
function sums(block: Uint8Array): readonly number[] {
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < BLOCK_BYTES; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : block[at]!;
    unsigned += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  return [unsigned, signed];
}

/** A number in octal digits, or behind a byte 0x80 in binary, as GNU has it for 8 GiB and more. */
function number(field: Uint8Array): number | undefined {
  if (field[0] === 0x80) {
    let value = 0;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = /^ *([0-7]*)[ \0]*$/.exec(Buffer.from(field).toString("latin1"));
  return digits === null ? undefined : Number.parseInt(digits[1] || "0", 8);
}

/** Bytes up to the first NUL. */
export function text(field: Uint8Array): string {
  const end = field.indexOf(0);
  return decodedName(end === -1 ? field : field.subarray(0, end));
}

/** What PAX records say of the next member. */
export interface PaxFields {
  readonly path?: string;
  readonly size?: number;
  readonly sparse?: boolean;
}

/** Reads PAX's records, "length key=value" and a line break each; undefined where they are none. */
export function parsePax(records: Uint8Array): PaxFields | undefined {
  let fields: PaxFields = {};
  for (let at = 0; at < records.length; ) {
    if (records.subarray(at).every((byte) => byte === 0)) break;
    const digits = /^[1-9]\d{0,8} /.exec(
      Buffer.from(records.subarray(at, at + 10)).toString("latin1"),
    );
    if (digits === null) return undefined;
    const end = at + Number(digits[0]);
    if (end > records.length || records[end - 1] !== 0x0a) return undefined;
    const record = records.subarray(at + digits[0].length, end - 1);
    const equals = record.indexOf(0x3d);
    if (equals < 1) return undefined;
    const key = Buffer.from(record.subarray(0, equals)).toString("latin1");
    const value = record.subarray(equals + 1);
    if (key === "path") fields = { ...fields, path: decodedName(value) };
    if (key === "size") {
      const size = /^\d+$/.test(decodedName(value)) ? Number(decodedName(value)) : Number.NaN;
      if (!Number.isSafeInteger(size)) return undefined;
      fields = { ...fields, size };
    }
    if (key.startsWith("GNU.sparse.")) fields = { ...fields, sparse: true };
    at = end;
  }
  return fields;
}
