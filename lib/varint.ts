/** LEB128 of an integer of 64 bits, 7 bits a byte, lowest first; a negative one as its two's complement. */
export function varint(value: number | bigint): Uint8Array {
  if (typeof value === "number" && value === (value & 0x7f)) return Uint8Array.of(value);
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
