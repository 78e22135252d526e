/** Reads bits, the highest of a byte first; beyond the end there are zeros, and `ended` tells. */
export class BitReader {
  readonly bytes: Uint8Array;
  /** The next byte to be taken into `held`. */
  at = 0;
  /** Bits taken from the bytes and not yet read: the lowest `count` of `held`. */
  held = 0;
  count = 0;

  constructor(bytes: Uint8Array, skippedBits: number) {
    this.bytes = bytes;
    this.read(skippedBits);
  }

  /** The next bits as a number; 25 at most. */
  read(bits: number): number {
    while (this.count < bits) {
      this.held = (this.held << 8) | (this.at < this.bytes.length ? this.bytes[this.at]! : 0);
      this.at++;
      this.count += 8;
    }
    this.count -= bits;
    return (this.held >>> this.count) & (2 ** bits - 1);
  }

  /** The next 32 bits, as a signed integer. */
  word(): number {
    const high = this.read(16);
    return (high << 16) | this.read(16);
  }

  /** How many bits were read. */
  get position(): number {
    return this.at * 8 - this.count;
  }

  /** Whether more was read than there is. */
  get ended(): boolean {
    return this.position > this.bytes.length * 8;
  }
}
