/** Of several numbers: the middle one, or the mean of the two in the middle, and the ends. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** How numbers, at least one and in any order, are spread. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, lowest: sorted[0]!, highest: sorted.at(-1)! };
}

/** The middle of numbers in any order, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return spread(values).median;
}
