import { varint } from "../../../lib/varint.ts";

/** Types of WebAssembly's values. Source: WebAssembly core specification 2.0, section 5.3. */
export const I32 = 0x7f;
export const V128 = 0x7b;

/** Instructions that a kernel needs, as bytes. Source: WebAssembly core specification 2.0, section 5.4. */
export const CODE = {
  loop: [0x03, 0x40],
  end: [0x0b],
  branchIf: (label: number) => [0x0d, ...varint(label)],
  get: (local: number) => [0x20, ...varint(local)],
  set: (local: number) => [0x21, ...varint(local)],
  tee: (local: number) => [0x22, ...varint(local)],
  /** Small numbers only: a signed LEB128 of one byte. */
  i32: (value: number) => [0x41, value],
  addI32: [0x6a],
  lessI32: [0x49],
  load: (offset: number) => vector(0x00, 4, ...varint(offset)),
  /** One float32 in all four lanes. */
  loadSplat: (offset: number) => vector(0x09, 2, ...varint(offset)),
  store: (offset: number) => vector(0x0b, 4, ...varint(offset)),
  /** Lanes 2 and 3 of a vector in the places of 0 and 1. */
  upperHalf: vector(0x0d, ...Array.from({ length: 16 }, (_, byte) => (byte % 8) + 8)),
  /** Lanes 0 and 1 as float64. */
  promote: vector(0x5f),
  addF64: vector(0xf0),
  abs: vector(0xe0),
  neg: vector(0xe1),
  sqrt: vector(0xe3),
  add: vector(0xe4),
  sub: vector(0xe5),
  mul: vector(0xe6),
  div: vector(0xe7),
} as const;

function vector(opcode: number, ...immediates: readonly number[]): number[] {
  return [0xfd, ...varint(opcode), ...immediates];
}

const sized = (bytes: readonly number[]) => [...varint(bytes.length), ...bytes];
const section = (id: number, bytes: readonly number[]) => [id, ...sized(bytes)];
const text = (name: string) => sized([...new TextEncoder().encode(name)]);

/**
 * A module of one function `run(i32)` over a memory `of.memory` of so many pages.
 *
 * @param locals how many of each type come after the parameter
 */
export function moduleOf(
  code: readonly number[],
  locals: readonly (readonly [count: number, type: number])[],
  pages: number,
): Uint8Array<ArrayBuffer> {
  const declared = locals.flatMap(([count, type]) => [...varint(count), type]);
  const body = [...varint(locals.length), ...declared, ...code, ...CODE.end];
  const memory = [...text("of"), ...text("memory"), 0x02, 0x00, ...varint(pages)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 1, I32, 0]),
    ...section(2, [1, ...memory]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("run"), 0x00, 0]),
    ...section(10, [1, ...sized(body)]),
  ]);
}
