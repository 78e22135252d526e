import type { Kept } from "./kept.ts";
import type { Named } from "./names.ts";

/** Clusters and pairs of sources that are named. */
const NAMED = 3;

/** An account of what went for people: how many and of which kind, between which sources, the largest clusters. */
export function report(
  documents: number,
  dropped: Uint32Array,
  kept: Kept,
  sizes: Int32Array,
  names: ReadonlyMap<number, Named>,
): string[] {
  if (dropped.length === 0) return [`no duplicates among ${documents} documents`];
  let near = 0;
  const pairs = new Map<string, number>();
  const clusters = new Set<number>();
  for (const rank of dropped) {
    near += kept.near[rank]!;
    const by = kept.by[rank]!;
    clusters.add(by);
    const pair = `in ${names.get(rank)!.source} like one in ${names.get(by)!.source}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  const often = [...pairs].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, NAMED);
  const largest = [...clusters].slice(0, NAMED);
  const share = ((100 * dropped.length) / documents).toFixed(1);
  return [
    `left out ${dropped.length} of ${documents} documents (${share} %): ` +
      `${dropped.length - near} equal to another, ${near} much like one`,
    `by source: ${often.map(([pair, count]) => `${count} ${pair}`).join(", ")}`,
    `largest clusters: ${largest.map((rank) => `${sizes[rank]} like ${names.get(rank)!.key}`).join(", ")}`,
  ];
}
