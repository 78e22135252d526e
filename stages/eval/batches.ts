import type { RandomStream } from "../../lib/random.ts";
import type { Features } from "./features.ts";

/** Rows to be run together, all padded to one length. */
export interface BatchPlan {
  readonly sequenceLength: number;
  /** Indices of examples; fewer than the batch size only in the longest batch. */
  readonly rows: readonly number[];
}

const SHORTEST = 16;

/**
 * The lengths to which batches are padded: a program is compiled for each, so they are few. Powers of two from 16,
 * and last the longest example's own length, rounded up to a multiple of 8.
 */
export function paddedLengths(features: readonly Features[], maxSeqLength: number): number[] {
  const longest = features.reduce((most, { ids }) => Math.max(most, ids.length), 1);
  const last = Math.min(maxSeqLength, Math.ceil(longest / 8) * 8);
  const lengths: number[] = [];
  for (let length = SHORTEST; length < last; length *= 2) lengths.push(length);
  return [...lengths, last];
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
  const batches: BatchPlan[] = [];
  let left: number[] = [];
  for (const [index, sequenceLength] of lengths.entries()) {
    const shorter = lengths[index - 1] ?? 0;
    const fits = (row: number) => {
      const { length } = features[row]!.ids;
      return length > shorter && length <= sequenceLength;
    };
    left = [...left, ...order.filter(fits)];
    const last = index === lengths.length - 1;
    while (left.length >= batchSize || (last && left.length > 0)) {
      batches.push({ sequenceLength, rows: left.splice(0, batchSize) });
    }
  }
  if (random === undefined) return batches;
  const places = Array.from(batches, (_, place) => place);
  random.shuffle(places);
  return places.map((place) => batches[place]!);
}
