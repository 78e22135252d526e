import fc from "fast-check";
import { expect, test } from "vitest";
import { readsTheSame } from "../../lib/examples/alike.ts";

const ids = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 6 });

test("sequences read the same in either order exactly if their two concatenations are equal", () => {
  fc.assert(
    fc.property(ids, ids, (a, b) => {
      expect(readsTheSame(a, b)).toBe(`${[...a, ...b]}` === `${[...b, ...a]}`);
    }),
  );
});

test("repetitions of one sequence do", () => {
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (of, m, n) => {
      const times = (count: number) => Array.from({ length: count }, () => of).flat();
      expect(readsTheSame(times(m), times(n))).toBe(true);
    }),
  );
});
