/** A set of digests by their first 64 bits, in two flat words each: 16 to 32 bytes a member at any size. */
export class DigestSet {
  #slots = new Uint32Array(2 * 1024);
  #size = 0;

  /** Adds a digest; false if it was there. */
  add(digest: Uint8Array): boolean {
    const view = new DataView(digest.buffer, digest.byteOffset, 8);
    // Both words zero mark a free slot, so the one digest that would look free is moved.
    const low = view.getUint32(0, true);
    const high = view.getUint32(4, true) || 1;
    const slot = this.#find(low, high);
    if (this.#slots[slot + 1] !== 0) return false;
    this.#slots[slot] = low;
    this.#slots[slot + 1] = high;
    this.#size++;
    if (this.#size * 4 > this.#slots.length) this.#grow();
    return true;
  }

  /** Where the digest is, or the free slot where it belongs. */
  #find(low: number, high: number): number {
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    for (let index = low & mask; ; index = (index + 1) & mask) {
      const slot = 2 * index;
      if (slots[slot + 1] === 0 || (slots[slot] === low && slots[slot + 1] === high)) return slot;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(2 * old.length);
    for (let slot = 0; slot < old.length; slot += 2) {
      if (old[slot + 1] === 0) continue;
      this.#slots.set(old.subarray(slot, slot + 2), this.#find(old[slot]!, old[slot + 1]!));
    }
  }
}
