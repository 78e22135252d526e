import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { philox, RandomStream } from "../../lib/random.ts";

const words = (hex: string) =>
  Uint32Array.from(hex.split(" "), (word) => Number.parseInt(word, 16));

describe("philox4x32-10", () => {
  // Known answers: examples/kat_vectors of the Random123 distribution.
  test.each([
    [
      "00000000 00000000 00000000 00000000",
      "00000000 00000000",
      "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    ],
    [
      "ffffffff ffffffff ffffffff ffffffff",
      "ffffffff ffffffff",
      "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ],
    [
      "243f6a88 85a308d3 13198a2e 03707344",
      "a4093822 299f31d0",
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    ],
  ])("counter %s, key %s", (counter, key, expected) => {
    const [key0, key1] = words(key);
    const out = new Uint32Array(4);
    philox(words(counter), key0!, key1!, out);
    expect(out).toEqual(words(expected));
  });

  test("leaves its counter as it was", () => {
    const counter = words("00000001 00000002 00000003 00000004");
    philox(counter, 5, 6, new Uint32Array(4));
    expect(counter).toEqual(words("00000001 00000002 00000003 00000004"));
  });
});

/** Pearson's chi-squared statistic of observed counts against equal expectations. */
function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let index = 0; index < x.length; index++) {
    const [dx, dy] = [x[index]! - meanX, y[index]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}

const take = (stream: RandomStream, count: number) =>
  Array.from({ length: count }, () => stream.float());

describe("RandomStream", () => {
  test("repeats itself from the same key, not from block to block", () => {
    const stream = new RandomStream(1, "blocks");
    const drawn = Array.from({ length: 1000 }, () => stream.uint32());
    expect(new Set(drawn).size).toBeGreaterThan(995);
    const again = new RandomStream(1, "blocks");
    expect(Array.from({ length: 1000 }, () => again.uint32())).toEqual(drawn);
  });

  test("fills arrays with the numbers that it would give one by one", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 23 }), { maxLength: 12 }), (lengths) => {
        const [filling, giving] = [new RandomStream(4, "fill"), new RandomStream(4, "fill")];
        for (const [index, length] of lengths.entries()) {
          const one = () => giving.uint32();
          const words = new Uint32Array(length);
          if (index % 3 < 2) filling.fill(words);
          else for (let at = 0; at < length; at++) words[at] = filling.uint32();
          expect(words).toEqual(Uint32Array.from({ length }, one));
        }
      }),
    );
  });

  test.each([2, 3, 10, 100])("below(%i) is uniform", (bound) => {
    const stream = new RandomStream(7, "below");
    const counts = new Array<number>(bound).fill(0);
    for (let draw = 0; draw < 20_000; draw++) counts[stream.below(bound)]!++;
    const degrees = bound - 1;
    // Five standard deviations of chi-squared above its mean: about one run in a million by chance.
    expect(chiSquared(counts)).toBeLessThan(degrees + 5 * Math.sqrt(2 * degrees) + 10);
  });

  test("below has no modulo bias where the bound is just over half of 2^32", () => {
    const bound = 0xaaaaaaab;
    const stream = new RandomStream(3, "bias");
    let low = 0;
    const draws = 20_000;
    // Without rejection the lower half of the range would come twice as often as the upper.
    for (let draw = 0; draw < draws; draw++) if (stream.below(bound) < bound / 2) low++;
    expect(Math.abs(low / draws - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / draws));
  });

  test("below stays inside its bound, floats inside [0, 1)", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, bound) => {
        const stream = new RandomStream(seed, "bounds");
        for (let draw = 0; draw < 20; draw++) {
          const value = stream.below(bound);
          expect(value >= 0 && value < bound && Number.isInteger(value)).toBe(true);
          const float = stream.float();
          expect(float >= 0 && float < 1).toBe(true);
        }
      }),
    );
  });

  test("floats fill [0, 1) evenly", () => {
    const counts = new Array<number>(64).fill(0);
    for (const value of take(new RandomStream(11, "float"), 40_000))
      counts[Math.floor(value * 64)]!++;
    expect(chiSquared(counts)).toBeLessThan(63 + 5 * Math.sqrt(126));
  });

  test("normals have mean 0, variance 1, and the tails of a normal", () => {
    const stream = new RandomStream(13, "normal");
    const values = Array.from({ length: 40_000 }, () => stream.normal());
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / values.length;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(values.length));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.006);
  });

  test("every part of the key gives a stream of its own, uncorrelated with the others", () => {
    const streams = [
      new RandomStream(1, "mask", "doc", 0, 0),
      new RandomStream(2, "mask", "doc", 0, 0),
      new RandomStream(1, "pair", "doc", 0, 0),
      new RandomStream(1, "mask", "dod", 0, 0),
      new RandomStream(1, "mask", "doc", 1, 0),
      new RandomStream(1, "mask", "doc", 0, 1),
      new RandomStream(1, "maskd", "oc", 0, 0),
    ].map((stream) => take(stream, 10_000));
    for (const [index, one] of streams.entries()) {
      for (const other of streams.slice(index + 1)) {
        expect(Math.abs(correlation(one, other))).toBeLessThan(0.05);
      }
    }
  });

  test("what one stream has drawn does not move another", () => {
    const alone = take(new RandomStream(5, "a", "x"), 10);
    const first = new RandomStream(5, "a", "x");
    const second = new RandomStream(5, "a", "y");
    const interleaved = Array.from({ length: 10 }, () => {
      second.uint32();
      return first.float();
    });
    expect(interleaved).toEqual(alone);
  });

  test("the first draws of neighbouring documents are uniform too", () => {
    const counts = new Array<number>(16).fill(0);
    for (let document = 0; document < 16_000; document++) {
      counts[new RandomStream(42, "mask", `speech-${document}`).below(16)]!++;
    }
    expect(chiSquared(counts)).toBeLessThan(15 + 5 * Math.sqrt(30));
  });

  test("shuffle gives every order of three items equally often", () => {
    const stream = new RandomStream(17, "shuffle");
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 12_000; draw++) {
      const items = [0, 1, 2];
      stream.shuffle(items);
      counts.set(items.join(), (counts.get(items.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    expect(chiSquared([...counts.values()])).toBeLessThan(5 + 5 * Math.sqrt(10) + 5);
  });
});
