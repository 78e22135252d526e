import { describe, expect, test } from "vitest";
import type { NodeProgress } from "../../engine/event.ts";
import { ProgressMeter } from "../../engine/progress.ts";

/** The last of what is said after these partitions have told how far they are. */
function said(
  sizes: readonly (number | undefined)[],
  told: readonly (readonly [partition: number, done: number, total: number | null])[],
) {
  const events: NodeProgress[] = [];
  const meter = new ProgressMeter(new Map(sizes.entries()), (event) => events.push(event));
  for (const [partition, done, total] of told)
    meter.update(partition, { type: "node-progress", node: "n", done, total, unit: "bytes" });
  meter.flush();
  const { done, total } = events.at(-1)!;
  return { done, total };
}

describe("what all partitions have to do is known from those that have begun", () => {
  test("by their sizes, however unlike they are", () => {
    expect(said([100, 300, 600], [[0, 40, 100]])).toEqual({ done: 40, total: 1000 });
    const both = said(
      [100, 300, 600],
      [
        [0, 100, 100],
        [2, 1, 600],
      ],
    );
    expect(both).toEqual({ done: 101, total: 1000 });
  });

  test("by their number where a size is not known, or 0", () => {
    expect(said([100, undefined, 600], [[0, 40, 100]])).toEqual({ done: 40, total: 300 });
    expect(said([0, 0], [[1, 3, 4]])).toEqual({ done: 3, total: 8 });
  });

  test("exactly, once all have begun", () => {
    const all = said(
      [1, 2],
      [
        [0, 5, 10],
        [1, 5, 7],
        [0, 10, 10],
      ],
    );
    expect(all).toEqual({ done: 15, total: 17 });
  });

  test("not at all where one cannot say", () => {
    const unknown = said(
      [1, 2],
      [
        [0, 5, 10],
        [1, 5, null],
      ],
    );
    expect(unknown).toEqual({ done: 10, total: null });
  });
});
