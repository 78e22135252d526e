import { BandGroups } from "./band-groups.ts";
import { bandsFor } from "./bands.ts";
import type { Kept } from "./kept.ts";
import type { SignatureSet } from "./signature-set.ts";

/** A document is compared with so many kept ones of a band's group at most. */
const MOST_COMPARED = 256;

const PROGRESS_EVERY = 1 << 14;

/** What comparing came to. */
export interface NearResult {
  /** Groups of a band that had more kept documents than a document is compared with. */
  readonly crowded: number;
}

/**
 * Leaves out every document that is much like one of lower rank that is kept, the most similar one standing for it. So
 * no two kept documents that shared a band are alike, whatever chains of likeness lead from one to the other, and
 * nothing goes that is not like something kept.
 */
export function dropNear(
  set: SignatureSet,
  kept: Kept,
  threshold: number,
  onProgress: (done: number, total: number, unit: string) => void,
): NearResult {
  const groups = new BandGroups(set, kept, bandsFor(set.hashes, threshold), (done, total) =>
    onProgress(done, total, "bands"),
  );
  /** Kept members of each group, of which the first stand at its beginning. */
  const keptMembers = new Uint32Array(groups.count);
  const comparedWith = new Uint32Array(set.size).fill(set.size);
  for (let rank = 0; rank < set.size; rank++) {
    if (rank % PROGRESS_EVERY === 0) onProgress(rank, set.size, "documents compared");
    const own = groups.of(rank);
    let like = rank;
    let best = 0;
    for (const group of own) {
      const start = groups.starts[group]!;
      const end = start + Math.min(keptMembers[group]!, MOST_COMPARED);
      for (let at = start; at < end; at++) {
        const other = groups.members[at]!;
        if (comparedWith[other] === rank) continue;
        comparedWith[other] = rank;
        const similarity = set.similarity(rank, other, Math.max(threshold, best));
        if (similarity === 0 || (similarity === best && other > like)) continue;
        like = other;
        best = similarity;
      }
    }
    if (best > 0) {
      kept.dropNear(rank, like, best);
      continue;
    }
    for (const group of own) {
      // Members stand by rank, so what is overwritten here has been asked already.
      const end = keptMembers[group]!++;
      if (end < MOST_COMPARED) groups.members[groups.starts[group]! + end] = rank;
    }
  }
  return { crowded: keptMembers.reduce((sum, count) => sum + (count > MOST_COMPARED ? 1 : 0), 0) };
}
