/** A part is ended at the latest after this many times the target size, at the next border between keys. */
const HARD_CAP = 4;

/** FNV-1a of a key's bytes with murmur3's avalanche, an unsigned 32-bit integer. */
export function hashKey(key: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Decides after which keys a part ends. A key ends its part with probability (its bytes / target), drawn from
 * its own hash: parts come to about the target size whatever the sizes of keys, and a key that is added,
 * changed or removed moves only the borders next to it. Only the cap looks at what came before, and the next
 * border by hash forgets it.
 */
export class PartBorder {
  readonly #targetBytes: number;
  #partBytes = 0;

  constructor(targetBytes: number) {
    this.#targetBytes = targetBytes;
  }

  /** Whether the part ends after this key, all of whose rows take `bytes`; to be asked of every key in order. */
  endsAfter(hash: number, bytes: number): boolean {
    this.#partBytes += bytes;
    const ends =
      hash * this.#targetBytes < bytes * 2 ** 32 || this.#partBytes >= HARD_CAP * this.#targetBytes;
    if (ends) this.#partBytes = 0;
    return ends;
  }
}
