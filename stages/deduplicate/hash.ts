/** The golden ratio's fraction in 32 bits, an odd number: keeps rounds apart. */
export const GOLDEN = 0x9e3779b9;

/** FNV-1a's start and prime for 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/). */
export const FNV_START = 0x811c9dc5 | 0;
export const FNV_PRIME = 0x01000193;

/** MurmurHash3's finaliser (Austin Appleby, public domain): a bijection in which each bit moves half of all. */
export function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** 64 bits of a run of bytes, as two signed words that begin differently: for order and identity, not for secrets. */
export function hashBytes(
  bytes: Uint8Array,
  start: number,
  end: number,
): readonly [high: number, low: number] {
  let high = FNV_START;
  let low = GOLDEN | 0;
  for (let at = start; at < end; at++) {
    high = Math.imul(high ^ bytes[at]!, FNV_PRIME);
    low = Math.imul((low << 5) ^ (low >>> 27) ^ bytes[at]!, 0x85ebca6b);
  }
  return [mix(high ^ (end - start)), mix(low + (end - start))];
}
