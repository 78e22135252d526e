import { expect, test } from "vitest";
import { isOverflow, LossScale } from "../../model/loss-scale.ts";

test("begins at 65,536, halves down to 1 and no further", () => {
  const scale = new LossScale();
  expect(scale.value).toBe(65_536);
  for (let power = 15; power >= 0; power--) {
    expect(scale.shrink()).toBe(true);
    expect(scale.value).toBe(2 ** power);
  }
  expect(scale.shrink()).toBe(false);
  expect(scale.value).toBe(1);
});

test("doubles after 2000 good steps in a row, up to 2^24", () => {
  const scale = new LossScale({ value: 2 ** 23, goodSteps: 0 });
  const accept = (steps: number) => {
    for (let step = 0; step < steps; step++) scale.accept();
    return scale.value;
  };
  expect(accept(1999)).toBe(2 ** 23);
  expect(accept(1)).toBe(2 ** 24);
  expect(accept(2000)).toBe(2 ** 24);
  accept(1999);
  scale.shrink();
  expect(accept(1)).toBe(2 ** 23);
  expect(accept(1999)).toBe(2 ** 24);
});

test("goes on as it was kept", () => {
  const scale = new LossScale({ value: 1024, goodSteps: 1999 });
  expect(new LossScale(scale.stored()).stored()).toEqual({ value: 1024, goodSteps: 1999 });
  scale.accept();
  expect(scale.stored()).toEqual({ value: 2048, goodSteps: 0 });
});

test("only gradients overflow: a loss that is not finite is none of the scale's", () => {
  const result = { masked_lm_loss: 1, sentence_order_loss: 1, gradient_norm: 1 };
  expect(isOverflow(result)).toBe(false);
  expect(isOverflow({ ...result, gradient_norm: Number.POSITIVE_INFINITY })).toBe(true);
  expect(isOverflow({ ...result, gradient_norm: Number.NaN })).toBe(true);
  expect(isOverflow({ ...result, gradient_norm: Number.NaN, masked_lm_loss: Number.NaN })).toBe(
    false,
  );
});
