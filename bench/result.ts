/** What every bench reports: its medians, and how many times better than the peer (or the target) ours is. */
export interface Result {
  readonly bench: string;
  /** Above 1, ours is better. */
  readonly ratio: number;
  readonly ours: number;
  readonly peer: number;
  readonly unit: string;
  readonly [detail: string]: unknown;
}

/** A bench: prints what a person wants to read, and resolves to its result. Throws where it cannot measure. */
export type Bench = (args: readonly string[]) => Promise<Result>;

/** The middle of the values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
