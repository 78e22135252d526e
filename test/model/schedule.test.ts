import fc from "fast-check";
import { expect, test } from "vitest";
import { learningRateAt, scheduleSchema } from "../../model/schedule.ts";

const reference = scheduleSchema.parse({
  learningRate: 0.00176,
  warmupSteps: 3125,
  numTrainSteps: 125_000,
});

test.each([
  [0, 0],
  [3124, 0.00175944],
  [3125, 0.001716],
  [125_000, 0],
])("the reference's rate at step %i", (step, rate) => {
  expect(learningRateAt(step, reference)).toBeCloseTo(rate, 8);
});

test("the continuous form peaks where the warm-up ends", () => {
  const schedule = { ...reference, decay: "continuous" } as const;
  expect(learningRateAt(3125, schedule)).toBe(0.00176);
  expect(learningRateAt(125_000, schedule)).toBe(0);
});

test("a rate is never negative nor above the peak", () => {
  const numbers = fc.record({
    step: fc.nat(2000),
    warmupSteps: fc.nat(1000),
    more: fc.integer({ min: 1, max: 1000 }),
    decay: fc.constantFrom("reference", "continuous"),
  });
  fc.assert(
    fc.property(numbers, ({ step, warmupSteps, more, decay }) => {
      const numTrainSteps = warmupSteps + more;
      const schedule = scheduleSchema.parse({ learningRate: 1, warmupSteps, numTrainSteps, decay });
      const rate = learningRateAt(step, schedule);
      expect(rate).toBeGreaterThanOrEqual(0);
      expect(rate).toBeLessThanOrEqual(1);
    }),
  );
});
