/**
 * A 53-bit hash of ids [from, to), as a safe integer: two 32-bit multiply-xorshift chains (constants of MurmurHash3).
 * Two of a billion different sequences share one with probability 1 in 18 million.
 */
export function hashIds(ids: ArrayLike<number>, from = 0, to = ids.length, start = 0): number {
  let high = 0x9747b28c ^ start;
  let low = 0x5bd1e995 ^ (to - from);
  for (let at = from; at < to; at++) {
    high = Math.imul(high ^ ids[at]!, 0xcc9e2d51);
    high = (high << 15) | (high >>> 17);
    low = Math.imul(low ^ (ids[at]! + 0x7ed55d16), 0x1b873593);
    low = (low << 13) | (low >>> 19);
  }
  return (mixed(high) >>> 11) * 0x100000000 + (mixed(low ^ high) >>> 0);
}

/** MurmurHash3's finaliser. */
function mixed(hash: number): number {
  let mixing = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixing = Math.imul(mixing ^ (mixing >>> 13), 0xc2b2ae35);
  return mixing ^ (mixing >>> 16);
}
