import type { NodeProgress } from "./event.ts";
import { Throttle } from "./schedule/throttle.ts";

/** A node's progress is said at most this often, in ms. */
const PROGRESS_MS = 100;

/** Adds up what a node's partitions say of their progress. */
export class ProgressMeter {
  readonly #partitions: number;
  readonly #progress = new Map<number, NodeProgress>();
  readonly #throttle: Throttle<NodeProgress>;

  /** `partitions` counts those that are run, not those that are reused. */
  constructor(partitions: number, emit: (event: NodeProgress) => void) {
    this.#partitions = partitions;
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
    const total = known === null ? null : Math.round((known * this.#partitions) / all.length);
    this.#throttle.push({ ...progress, done, total });
  }

  flush(): void {
    this.#throttle.flush();
  }
}
