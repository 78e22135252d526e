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
      { shortest: 3, longest: 5, count: 9 },
      { shortest: 7, longest: 7, count: 2 },
      { shortest: 9, longest: 9, count: 1 },
    ]);
    expect(groups.map(lengthRange)).toEqual(["3 to 5", "7", "9"]);
    expect(lengthGroups(new Map(), 5)).toEqual([]);
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
