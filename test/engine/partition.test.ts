import fc from "fast-check";
import { expect, test } from "vitest";
import { groupFiles } from "../../engine/partition.ts";

const AIM = 512 * 1024;

interface File {
  readonly name: string;
  readonly bytes: number;
}

const files = fc.uniqueArray(
  fc.record({
    name: fc.stringMatching(/^[a-z]{1,12}$/),
    bytes: fc.integer({ min: 0, max: 300_000 }),
  }),
  { selector: ({ name }) => name, minLength: 1, maxLength: 300 },
);

/** 233 speeches of 46 KB, as the default experiment has them. */
const SPEECHES: readonly File[] = Array.from({ length: 233 }, (_, index) => ({
  name: `speech-${String(index).padStart(3, "0")}.txt`,
  bytes: 30_000 + ((index * 7919) % 32_000),
}));

function names(groups: readonly (readonly File[])[]): string[] {
  return groups.map((group) => group.map(({ name }) => name).join());
}

/** How many of `after` are not among `before`: those that would be run. */
function fresh(before: readonly (readonly File[])[], after: readonly (readonly File[])[]): number {
  const known = new Set(names(before));
  return names(after).filter((name) => !known.has(name)).length;
}

test("every file is in exactly one group, in the order of names, whatever order they came in", () => {
  fc.assert(
    fc.property(files, (given) => {
      const groups = groupFiles(given, AIM);
      const sorted = given.map(({ name }) => name).sort();
      expect(groups.flat().map(({ name }) => name)).toEqual(sorted);
      expect(names(groupFiles([...given].reverse(), AIM))).toEqual(names(groups));
      expect(groups.every((group) => group.length > 0)).toBe(true);
    }),
  );
});

test("a group of several files holds at most twice the aim, by sizes rounded to powers of two", () => {
  fc.assert(
    fc.property(files, (given) => {
      for (const group of groupFiles(given, AIM)) {
        const bytes = group.reduce((sum, file) => sum + file.bytes, 0);
        // Rounding takes at most a factor of the square root of 2.
        if (group.length > 1) expect(bytes).toBeLessThanOrEqual(2 * AIM * Math.SQRT2);
      }
    }),
  );
});

test("groups come to about the aim", () => {
  const groups = groupFiles(SPEECHES, AIM);
  expect(groups.length).toBeGreaterThanOrEqual(15);
  expect(groups.length).toBeLessThanOrEqual(40);
});

test("a file added or removed anywhere touches few groups", () => {
  const groups = groupFiles(SPEECHES, AIM);
  const touched = SPEECHES.map((file) =>
    fresh(
      groups,
      groupFiles(
        SPEECHES.filter((other) => other !== file),
        AIM,
      ),
    ),
  );
  expect(Math.max(...touched)).toBeLessThanOrEqual(4);
  expect(touched.reduce((sum, count) => sum + count, 0) / touched.length).toBeLessThan(1.6);
});

test("an edit that changes a file's size a little moves no border", () => {
  const groups = groupFiles(SPEECHES, AIM);
  const edited = SPEECHES.map((file, index) =>
    index === 100 ? { ...file, bytes: file.bytes + 40 } : file,
  );
  expect(names(groupFiles(edited, AIM))).toEqual(names(groups));
});
