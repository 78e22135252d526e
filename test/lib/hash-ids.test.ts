import fc from "fast-check";
import { expect, test } from "vitest";
import { hashIds } from "../../lib/hash-ids.ts";

const ids = fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 20 });

test("is a safe integer that a range's ids and the start decide", () => {
  fc.assert(
    fc.property(ids, ids, ids, (before, own, after) => {
      const all = [...before, ...own, ...after];
      const hash = hashIds(all, before.length, before.length + own.length);
      expect(Number.isSafeInteger(hash) && hash >= 0).toBe(true);
      expect(hash).toBe(hashIds(own));
      expect(hashIds([...own, 1])).not.toBe(hash);
      expect(hashIds(own, 0, own.length, 1)).not.toBe(hash);
    }),
  );
});

test("of 200,000 short sequences no two share one, in all of its bits", () => {
  const hashes = Array.from({ length: 200_000 }, (_, at) =>
    hashIds([at % 450, Math.floor(at / 450)]),
  );
  expect(new Set(hashes).size).toBe(200_000);
  for (const bit of [1, 2 ** 10, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 52]) {
    const set = hashes.filter((hash) => Math.floor(hash / bit) % 2 === 1).length;
    expect(Math.abs(set / 200_000 - 0.5)).toBeLessThan(0.006);
  }
});
