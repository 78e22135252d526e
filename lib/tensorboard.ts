import { Message } from "./protobuf-writer.ts";

/** A value of a series at a step. */
export interface ScalarPoint {
  readonly tag: string;
  readonly step: number;
  /** Stored as a 32-bit float. */
  readonly value: number;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** CRC-32C (Castagnoli), as an unsigned integer. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  return ~crc >>> 0;
}

/** Rotated and shifted, as TensorFlow's records have it. Source: tensorflow/core/lib/hash/crc32c.h. */
function maskedCrc(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  return new Uint8Array(Uint32Array.of(masked).buffer);
}

/** Length, its checksum, the data, theirs. Source: tensorflow/core/lib/io/record_writer.h. */
function record(data: Uint8Array): Uint8Array {
  const length = new Uint8Array(BigUint64Array.of(BigInt(data.length)).buffer);
  return Buffer.concat([length, maskedCrc(length), data, maskedCrc(data)]);
}

/**
 * The content of a file that TensorBoard reads: scalars in the order given. Its clock is the step, a second each, so
 * that the same points give the same bytes. Source: tensorflow/core/util/event.proto, framework/summary.proto.
 */
export function tensorBoardEvents(points: Iterable<ScalarPoint>): Uint8Array {
  const records = [record(new Message().string(3, "brain.Event:2").finish())];
  for (const { tag, step, value } of points) {
    const scalar = new Message().string(1, tag).float(2, value);
    const event = new Message()
      .double(1, step)
      .integer(2, step)
      .message(5, new Message().message(1, scalar));
    records.push(record(event.finish()));
  }
  return Buffer.concat(records);
}
