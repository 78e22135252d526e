import type { IntList } from "./int-list.ts";

/** Bytes of the code point that begins with this byte, which is 0x80 or above. */
export function sizeOfPoint(first: number): number {
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** The code point of `size` bytes, two or more, at `at`; of bytes that are no UTF-8 any number up to 0x1fffff. */
export function decodePoint(bytes: Uint8Array, at: number, size: number): number {
  const first = bytes[at]!;
  const second = bytes[at + 1]! & 0x3f;
  if (size === 2) return ((first & 0x1f) << 6) | second;
  const third = bytes[at + 2]! & 0x3f;
  if (size === 3) return ((first & 0x0f) << 12) | (second << 6) | third;
  return ((first & 0x07) << 18) | (second << 12) | (third << 6) | (bytes[at + 3]! & 0x3f);
}

/** Appends the code points of the bytes from `start` to `end`. */
export function decodeInto(bytes: Uint8Array, start: number, end: number, out: IntList): void {
  for (let at = start; at < end; ) {
    const byte = bytes[at]!;
    const size = byte < 0x80 ? 1 : sizeOfPoint(byte);
    out.push(size === 1 ? byte : decodePoint(bytes, at, size));
    at += size;
  }
}

/** Writes a code point's UTF-8 at `at` and returns where it ends. */
export function encodePoint(code: number, out: Uint8Array, at: number): number {
  if (code < 0x80) {
    out[at] = code;
    return at + 1;
  }
  if (code < 0x800) {
    out[at] = 0xc0 | (code >>> 6);
    out[at + 1] = 0x80 | (code & 0x3f);
    return at + 2;
  }
  if (code < 0x10000) {
    out[at] = 0xe0 | (code >>> 12);
    out[at + 1] = 0x80 | ((code >>> 6) & 0x3f);
    out[at + 2] = 0x80 | (code & 0x3f);
    return at + 3;
  }
  out[at] = 0xf0 | (code >>> 18);
  out[at + 1] = 0x80 | ((code >>> 12) & 0x3f);
  out[at + 2] = 0x80 | ((code >>> 6) & 0x3f);
  out[at + 3] = 0x80 | (code & 0x3f);
  return at + 4;
}
