import { cutIntoBatches, groupedByLength, leastPaddedLengths } from "../../lib/padded-lengths.ts";
import type { RandomStream } from "../../lib/random.ts";
import type { Features } from "./features.ts";

/** Rows to be run together, all padded to one length. */
export interface BatchPlan {
  readonly sequenceLength: number;
  /** Indices of examples; fewer than the batch size only in the longest batch. */
  readonly rows: readonly number[];
}

/**
 * The lengths to which batches are padded, ascending, the last of them the longest example's: those with which the fewest
 * positions are computed for these examples.
 */
export function paddedLengths(features: readonly Features[], maxSeqLength: number): number[] {
  const lengths = features.map(({ ids }) => ids.length);
  return leastPaddedLengths(lengths, maxSeqLength);
}

/**
 * Every example once, in batches of examples of about one length: short ones cost little, and only one batch is not
 * full, because what is left over of one length joins the next. With `random` their order is drawn, within and among
 * batches; without, it is that of the examples.
 */
export function planBatches(
  features: readonly Features[],
  lengths: readonly number[],
  batchSize: number,
  random?: RandomStream,
): BatchPlan[] {
  const order = Array.from(features, (_, row) => row);
  random?.shuffle(order);
  const groups = groupedByLength(order, (row) => features[row]!.ids.length, lengths);
  const batches = cutIntoBatches(groups, batchSize).map(({ group, rows }) => ({
    sequenceLength: lengths[group]!,
    rows,
  }));
  random?.shuffle(batches);
  return batches;
}
