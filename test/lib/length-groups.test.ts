import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lengthGroups, lengthRange } from "../../lib/length-groups.ts";

describe("groups of lengths", () => {
  test("have about as many things each, and equal lengths stay together", () => {
    const groups = lengthGroups(
      new Map([
        [9, 1],
        [3, 2],
        [4, 1],
        [5, 6],
        [7, 2],
      ]),
      3,
    );
    expect(groups).toEqual([
      { shortest: 3, longest: 4, count: 3 },
      { shortest: 5, longest: 5, count: 6 },
      { shortest: 7, longest: 9, count: 3 },
    ]);
    expect(groups.map(lengthRange)).toEqual(["3 to 4", "5", "7 to 9"]);
    expect(lengthGroups(new Map(), 5)).toEqual([]);
  });

  test("keep those that were cut to one length apart from the shorter ones", () => {
    const groups = lengthGroups(
      new Map([
        [37, 60],
        [80, 100],
        [96, 840],
      ]),
      5,
    );
    expect(groups.map(lengthRange)).toEqual(["37 to 80", "96"]);
  });

  test("cover every length once, in order, and are no more than asked for", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 8 }), (all, most) => {
        const counts = new Map<number, number>();
        for (const length of all) counts.set(length, (counts.get(length) ?? 0) + 1);
        const groups = lengthGroups(counts, most);
        expect(groups.length).toBeLessThanOrEqual(most);
        for (const [at, { shortest, longest, count }] of groups.entries()) {
          expect(all.filter((each) => each >= shortest && each <= longest)).toHaveLength(count);
          if (at > 0) expect(shortest).toBeGreaterThan(groups[at - 1]!.longest);
        }
        expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
      }),
    );
  });
});
