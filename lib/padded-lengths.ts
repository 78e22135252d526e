/** Lengths are multiples of it, so that few are to be told apart. */
const GRAIN = 8;
/** A program is compiled, and keeps memory, for each length: one more must spare this share of what is computed. */
const WORTHWHILE = 0.03;
const MOST_LENGTHS = 6;

/**
 * The lengths to which rows are padded, ascending, the last of them the longest row's, or `longest`: of all choices of so
 * many that with which the fewest positions are computed for rows of these lengths.
 */
export function leastPaddedLengths(rows: Iterable<number>, longest: number): number[] {
  const counts = new Map<number, number>();
  for (const row of rows) {
    const length = Math.min(longest, Math.ceil(Math.max(1, row) / GRAIN) * GRAIN);
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

/** Rows, in their order, by the shortest of the ascending lengths that holds them; the last one holds all. */
export function groupedByLength(
  rows: Iterable<number>,
  lengthOf: (row: number) => number,
  lengths: readonly number[],
): number[][] {
  const groups: number[][] = lengths.map(() => []);
  for (const row of rows) {
    const length = lengthOf(row);
    let group = 0;
    while (group < lengths.length - 1 && length > lengths[group]!) group++;
    groups[group]!.push(row);
  }
  return groups;
}

/** Rows to be run together. */
export interface LengthBatch {
  /** Which of the lengths they are padded to. */
  readonly group: number;
  readonly rows: number[];
}

/**
 * Cuts groups of ascending lengths into batches. What is left over of one length joins the next, so that no batch but
 * the last, of the longest, is not full.
 */
export function cutIntoBatches(
  groups: readonly (readonly number[])[],
  batchSize: number,
): LengthBatch[] {
  const batches: LengthBatch[] = [];
  let left: readonly number[] = [];
  for (const [group, own] of groups.entries()) {
    const rows = [...left, ...own];
    const isLast = group === groups.length - 1;
    const cut = isLast ? rows.length : rows.length - (rows.length % batchSize);
    for (let from = 0; from < cut; from += batchSize)
      batches.push({ group, rows: rows.slice(from, Math.min(cut, from + batchSize)) });
    left = rows.slice(cut);
  }
  return batches;
}
