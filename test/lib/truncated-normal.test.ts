import { describe, expect, test } from "vitest";
import { normalOf, RandomStream } from "../../lib/random.ts";
import { truncatedNormal } from "../../lib/truncated-normal.ts";

/** The same, one number after the other. */
function drawn(count: number, deviation: number, normal: () => number): Float32Array {
  const data = new Float32Array(count);
  for (let index = 0; index < count; ) {
    const value = normal();
    if (Math.abs(value) <= 2) data[index++] = value * deviation;
  }
  return data;
}

test.each([
  [1, 0.02],
  [2, 0.08],
  [3, 1],
])(
  "what is drawn at once is what is drawn one by one (seed %i, deviation %f)",
  (seed, deviation) => {
    const data = new Float32Array(30_001);
    truncatedNormal(data, deviation, new RandomStream(seed, "test"));
    const stream = new RandomStream(seed, "test");
    expect(data).toEqual(drawn(data.length, deviation, () => stream.normal()));
  },
);

describe("words at the ends of what the series serve", () => {
  const around = (words: readonly number[]) =>
    words.flatMap((word) => [-2, -1, 0, 1, 2].map((offset) => (word + offset) >>> 0));
  const powers = Array.from({ length: 32 }, (_, bit) => 2 ** bit);
  const radii = [...new Set(around([0, ...powers, 2 ** 32 - 2 ** 22, 2 ** 32 - 2 ** 24]))];
  const eighths = Array.from({ length: 8 }, (_, eighth) => eighth * 2 ** 29);
  const turns = [...new Set(around([...eighths, ...powers]))];
  /** Radii sqrt(-2 log u) of which some angle's cosine makes about 2. */
  const atTwo = radii.flatMap((radius) => {
    const length = Math.sqrt(-2 * Math.log((radius + 1) / 2 ** 32));
    if (length < 2) return [];
    const turn = Math.round((Math.acos(2 / length) / (2 * Math.PI)) * 2 ** 32);
    return around([turn, 2 ** 32 - turn]).map((word) => [radius, word] as const);
  });
  const pairs = [
    ...radii.flatMap((radius) => turns.map((turn) => [radius, turn] as const)),
    ...atTwo,
  ];

  test.each([0.02, 1])("make the same numbers (deviation %f)", (deviation) => {
    const words = Uint32Array.from(pairs.flat());
    const kept = pairs.filter(([radius, turn]) => Math.abs(normalOf(radius, turn)) <= 2);
    expect(kept.length).toBeLessThan(pairs.length);
    let at = 0;
    const data = new Float32Array(kept.length);
    truncatedNormal(data, deviation, {
      fill(some) {
        some.set(words.subarray(at, at + some.length));
        at += some.length;
      },
    });
    const expected = kept.map(([radius, turn]) => normalOf(radius, turn) * deviation);
    expect(data).toEqual(Float32Array.from(expected));
  });
});
