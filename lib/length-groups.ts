/** Lengths from `shortest` to `longest`, and how many things are of one of them. */
export interface LengthGroup {
  readonly shortest: number;
  readonly longest: number;
  readonly count: number;
}

/**
 * Divides lengths, given with how many things have each, into at most `most` groups of neighbours with about as many
 * things each; equal lengths stay together.
 */
export function lengthGroups(
  counts: ReadonlyMap<number, number>,
  most: number,
): readonly LengthGroup[] {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  let left = sorted.reduce((sum, [, count]) => sum + count, 0);
  const groups: LengthGroup[] = [];
  for (let from = 0; from < sorted.length; ) {
    const wanted = Math.ceil(left / Math.max(1, most - groups.length));
    let count = sorted[from]![1];
    let to = from + 1;
    // As long as it comes nearer to what is wanted.
    while (to < sorted.length && 2 * count + sorted[to]![1] <= 2 * wanted)
      count += sorted[to++]![1];
    groups.push({ shortest: sorted[from]![0], longest: sorted[to - 1]![0], count });
    left -= count;
    from = to;
  }
  return groups;
}

/** `5` or `5 to 12`. */
export function lengthRange({ shortest, longest }: LengthGroup): string {
  return shortest === longest ? `${shortest}` : `${shortest} to ${longest}`;
}
