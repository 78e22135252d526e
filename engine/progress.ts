import type { NodeProgress } from "./event.ts";
import { Throttle } from "./schedule/throttle.ts";

/** A node's progress is said at most this often, in ms. */
const PROGRESS_MS = 100;

/** Adds up what a node's partitions say of their progress. */
export class ProgressMeter {
  /** What each partition counts for. */
  readonly #weights: ReadonlyMap<number, number>;
  /** What all of them do. */
  readonly #weight: number;
  readonly #progress = new Map<number, NodeProgress>();
  readonly #throttle: Throttle<NodeProgress>;

  /** `sizes` has the partitions that are run, not those that are reused, with the size of each where it is known. */
  constructor(sizes: ReadonlyMap<number, number | undefined>, emit: (event: NodeProgress) => void) {
    const areKnown = [...sizes.values()].every((size) => size !== undefined && size > 0);
    this.#weights = new Map([...sizes].map(([index, size]) => [index, areKnown ? size! : 1]));
    this.#weight = this.#weigh(this.#weights.keys());
    this.#throttle = new Throttle(PROGRESS_MS, emit);
  }

  update(partition: number, progress: NodeProgress): void {
    this.#progress.set(partition, progress);
    const all = [...this.#progress.values()];
    const done = all.reduce((sum, each) => sum + each.done, 0);
    const known = all.reduce<number | null>(
      (sum, { total }) => (sum === null || total === null ? null : sum + total),
      0,
    );
    // Partitions that have not begun are taken to be like those that have.
    const share = this.#weigh(this.#progress.keys()) / this.#weight;
    const total = known === null ? null : Math.round(known / share);
    this.#throttle.push({ ...progress, done, total });
  }

  flush(): void {
    this.#throttle.flush();
  }

  #weigh(partitions: Iterable<number>): number {
    let sum = 0;
    for (const partition of partitions) sum += this.#weights.get(partition)!;
    return sum;
  }
}
