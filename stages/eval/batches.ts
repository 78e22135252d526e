import type { RandomStream } from "../../lib/random.ts";
import type { Features } from "./features.ts";

/** Rows to be run together, all padded to one length. */
export interface BatchPlan {
  readonly sequenceLength: number;
  /** Indices of examples; fewer than the batch size only in the longest batch. */
  readonly rows: readonly number[];
}

/** Lengths are multiples of it, so that few are to be told apart. */
const GRAIN = 8;
/** A program is compiled, and keeps memory, for each length: one more must spare this share of what is computed. */
const WORTHWHILE = 0.03;
const MOST_LENGTHS = 6;

/**
 * The lengths to which batches are padded, ascending, the last of them the longest example's: of all choices of so
 * many that with which the fewest positions are computed for these examples.
 */
export function paddedLengths(features: readonly Features[], maxSeqLength: number): number[] {
  const counts = new Map<number, number>();
  for (const { ids } of features) {
    const length = Math.min(maxSeqLength, Math.ceil(Math.max(1, ids.length) / GRAIN) * GRAIN);
    counts.set(length, (counts.get(length) ?? 0) + 1);
  }
  const sizes = [...counts.keys()].sort((a, b) => a - b);
  if (sizes.length === 0) return [GRAIN];
  let best = leastPadding(sizes, counts, 1);
  for (let most = 2; most <= Math.min(MOST_LENGTHS, sizes.length); most++) {
    const next = leastPadding(sizes, counts, most);
    if (next.positions > (1 - WORTHWHILE) * best.positions) break;
    best = next;
  }
  return best.lengths;
}

interface Padding {
  readonly positions: number;
  readonly lengths: number[];
}

/** Of every way to cut the ascending sizes into `count` runs, each padded to its last, the one of fewest positions. */
function leastPadding(
  sizes: readonly number[],
  counts: ReadonlyMap<number, number>,
  count: number,
): Padding {
  // After each round: by how many of the first sizes are covered, the best way with so many runs.
  let ways: (Padding | undefined)[] = [{ positions: 0, lengths: [] }];
  for (let run = 0; run < count; run++) {
    const longer: (Padding | undefined)[] = [];
    for (const [from, way] of ways.entries()) {
      if (way === undefined) continue;
      let rows = 0;
      for (let to = from; to < sizes.length; to++) {
        rows += counts.get(sizes[to]!)!;
        const positions = way.positions + rows * sizes[to]!;
        if (positions < (longer[to + 1]?.positions ?? Number.POSITIVE_INFINITY))
          longer[to + 1] = { positions, lengths: [...way.lengths, sizes[to]!] };
      }
    }
    ways = longer;
  }
  return ways[sizes.length]!;
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
