const NONE = new Uint8Array(0);

/** Reads bytes that come in pieces by count instead of by piece, and knows how many it has passed. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = NONE;
  #at = 0;
  #ended = false;
  #passed = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** How many bytes were skipped or yielded so far. */
  get offset(): number {
    return this.#passed;
  }

  /** All bytes at hand, which are not passed by this: at least `wanted` unless the source ends before. */
  async fill(wanted: number): Promise<Uint8Array> {
    if (this.#piece.length - this.#at < wanted && !this.#ended) {
      const pieces = [this.#piece.subarray(this.#at)];
      let held = pieces[0]!.length;
      while (held < wanted) {
        const next = await this.#pull();
        if (next === undefined) break;
        pieces.push(next);
        held += next.length;
      }
      this.#piece = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, held);
      this.#at = 0;
    }
    return this.#piece.subarray(this.#at);
  }

  /** Passes bytes that are at hand. */
  skip(count: number): void {
    this.#at += count;
    this.#passed += count;
  }

  /** At least one and at most `most` of the next bytes, copied by no one; nothing at the end. */
  async some(most: number): Promise<Uint8Array | undefined> {
    if (this.#at === this.#piece.length) {
      const next = await this.#pull();
      if (next === undefined) return undefined;
      this.#piece = next;
      this.#at = 0;
    }
    const piece = this.#piece.subarray(this.#at, this.#at + Math.min(most, this.#piece.length));
    this.skip(piece.length);
    return piece;
  }

  /** The next `count` bytes, or those that are left, as they come; the source stays open. */
  async *take(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0; ) {
      const piece = await this.some(left);
      if (piece === undefined) return;
      left -= piece.length;
      yield piece;
    }
  }

  /** Passes the next `count` bytes, or those that are left. */
  async discard(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const piece = await this.some(left);
      if (piece === undefined) return;
      left -= piece.length;
    }
  }

  /** Ends the source early, which closes what it has open. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#piece = NONE;
    this.#at = 0;
    await this.#source.return?.();
  }

  async #pull(): Promise<Uint8Array | undefined> {
    while (!this.#ended) {
      const { done, value } = await this.#source.next();
      if (done === true) this.#ended = true;
      else if (value.length > 0) return value;
    }
    return undefined;
  }
}
