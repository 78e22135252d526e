import { varint } from "./varint.ts";

/** Protocol Buffers wire types. Source: protobuf.dev/programming-guides/encoding. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const encoder = new TextEncoder();

/**
 * Encodes one Protocol Buffers message, field by field, in the order of the calls. Pieces are kept as they are and
 * joined once, so that large tensors are copied once.
 */
export class Message {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  #push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #varint(value: number | bigint): void {
    this.#push(varint(value));
  }

  #tag(field: number, wire: number): void {
    this.#varint((field << 3) | wire);
  }

  integer(field: number, value: number | bigint): this {
    this.#tag(field, VARINT);
    this.#varint(value);
    return this;
  }

  integers(field: number, values: readonly number[]): this {
    for (const value of values) this.integer(field, value);
    return this;
  }

  float(field: number, value: number): this {
    this.#tag(field, FIXED32);
    this.#push(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  double(field: number, value: number): this {
    this.#tag(field, FIXED64);
    this.#push(new Uint8Array(Float64Array.of(value).buffer));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, BYTES);
    this.#varint(value.length);
    this.#push(value);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value));
  }

  strings(field: number, values: readonly string[]): this {
    for (const value of values) this.string(field, value);
    return this;
  }

  message(field: number, value: Message): this {
    this.#tag(field, BYTES);
    this.#varint(value.#length);
    for (const piece of value.#pieces) this.#push(piece);
    return this;
  }

  messages(field: number, values: readonly Message[]): this {
    for (const value of values) this.message(field, value);
    return this;
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let offset = 0;
    for (const piece of this.#pieces) {
      out.set(piece, offset);
      offset += piece.length;
    }
    return out;
  }
}
