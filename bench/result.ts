import { median } from "../lib/spread.ts";

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

/** What is reported of something that has a budget of seconds rather than a peer. */
export function ofBudget(bench: string, seconds: readonly number[], budget: number): Result {
  const ours = median(seconds);
  return {
    bench,
    ratio: budget / ours,
    ours,
    peer: budget,
    unit: "s",
    peerIs: "the budget",
    best: Math.min(...seconds),
  };
}

/** A bench: prints what a person wants to read, and resolves to its result. Throws where it cannot measure. */
export type Bench = (args: readonly string[]) => Promise<Result>;
