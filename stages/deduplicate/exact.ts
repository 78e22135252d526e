import type { Kept } from "./kept.ts";
import type { SignatureSet } from "./signature-set.ts";
import { SortedPairs } from "./sorted-pairs.ts";

/** Leaves out every document whose content hash a document of lower rank has. */
export function dropExact(set: SignatureSet, kept: Kept): void {
  const pairs = new SortedPairs(set.size);
  for (let rank = 0; rank < set.size; rank++) pairs.push(set.content(rank, 0), rank);
  pairs.sort();
  const firsts = new Map<number, number>();
  for (const [from, to] of pairs.runs()) {
    firsts.clear();
    for (let index = from; index < to; index++) {
      const rank = pairs.item(index);
      const first = firsts.get(set.content(rank, 1));
      if (first === undefined) firsts.set(set.content(rank, 1), rank);
      else kept.drop(rank, first);
    }
  }
}
