/** A field of a protobuf message: of wire type 0 a number, of 1, 2 and 5 its bytes. */
export interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/**
 * Reads the fields of a protobuf message in order (https://protobuf.dev/programming-guides/encoding).
 * Throws a RangeError where the bytes end within a field or are no message.
 */
export function* readFields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      // By multiplication, as bits are of 32: negative numbers come out beyond 2^53, near enough to be told.
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError(`no number at byte ${at}`);
  };
  const taken = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError(`the bytes end within a field at ${at}`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const type = tag % 8;
    if (number === 0) throw new RangeError(`no field at byte ${at}`);
    if (type === 0) yield { number, value: varint() };
    else if (type === 1) yield { number, value: taken(8) };
    else if (type === 2) yield { number, value: taken(varint()) };
    else if (type === 5) yield { number, value: taken(4) };
    else throw new RangeError(`a field of wire type ${type} at byte ${at}`);
  }
}
