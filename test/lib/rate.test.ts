import { describe, expect, it } from "vitest";
import { noRate, observe, perSecond, type Rate, secondsLeft } from "../../lib/rate.ts";

function observed(samples: readonly (readonly [seconds: number, done: number])[]): Rate {
  return samples.reduce((rate, [seconds, done]) => observe(rate, seconds * 1000, done), noRate);
}

describe("rate", () => {
  it("is unknown before two observations lie apart", () => {
    expect(perSecond(noRate)).toBeUndefined();
    expect(perSecond(observed([[0, 5]]))).toBeUndefined();
    expect(
      perSecond(
        observed([
          [0, 5],
          [0.1, 9],
        ]),
      ),
    ).toBeUndefined();
    expect(secondsLeft(observed([[0, 5]]), 10)).toBeUndefined();
  });

  it("is units a second, and tells how long the rest takes", () => {
    const rate = observed([
      [0, 0],
      [2, 20],
      [4, 40],
    ]);
    expect(perSecond(rate)).toBe(10);
    expect(secondsLeft(rate, 100)).toBe(6);
    expect(secondsLeft(rate, 30)).toBe(0);
    expect(secondsLeft(rate, null)).toBeUndefined();
  });

  it("follows a change of speed within half a minute, in bounded memory", () => {
    let rate = noRate;
    for (let tick = 0; tick <= 6000; tick++) {
      const seconds = tick / 100;
      rate = observe(rate, seconds * 1000, seconds < 30 ? seconds : 30 + (seconds - 30) * 100);
    }
    expect(perSecond(rate)).toBeCloseTo(100, 0);
    expect(rate.samples.length).toBeLessThanOrEqual(65);
  });

  it("begins anew where the count goes back", () => {
    const rate = observed([
      [0, 0],
      [1, 50],
      [2, 0],
      [3, 10],
    ]);
    expect(perSecond(rate)).toBe(10);
  });

  it("gives no time left where nothing moves", () => {
    expect(
      secondsLeft(
        observed([
          [0, 5],
          [5, 5],
        ]),
        10,
      ),
    ).toBeUndefined();
  });
});
