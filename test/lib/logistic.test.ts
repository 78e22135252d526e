import { expect, test } from "vitest";
import { fitLogistic } from "../../lib/logistic.ts";
import { RandomStream } from "../../lib/random.ts";

function drawn(count: number, label: (row: readonly number[], random: RandomStream) => boolean) {
  const random = new RandomStream(1, "logistic");
  const rows = Array.from({ length: count }, () => [random.normal(), 100 * random.normal(), 7]);
  return { rows, labels: rows.map((row) => (label(row, random) ? 1 : 0)) };
}

test("learns a border from features of unlike scales, a constant among them", () => {
  const { rows, labels } = drawn(2000, ([a, b]) => 2 * a! - b! / 100 + 0.5 > 0);
  const model = fitLogistic(rows.slice(0, 1000), labels);
  const right = rows
    .slice(1000)
    .filter((row, at) => model.predict(row) === (labels[1000 + at] === 1));
  expect(right.length / 1000).toBeGreaterThan(0.98);
});

test("finds the weights' ratio where labels are noisy", () => {
  const { rows, labels } = drawn(
    20_000,
    ([a], random) => random.float() < 1 / (1 + Math.exp(-1.5 * a! - 0.75)),
  );
  const model = fitLogistic(rows, labels);
  // The border lies where 1.5 a + 0.75 is 0.
  expect([-0.65, -0.35].map((a) => model.predict([a, 0, 7]))).toEqual([false, true]);
});

test("of coins it predicts no more than chance", () => {
  const { rows, labels } = drawn(20_000, (_, random) => random.float() < 0.5);
  const model = fitLogistic(rows.slice(0, 10_000), labels);
  const right = rows
    .slice(10_000)
    .filter((row, at) => model.predict(row) === (labels[10_000 + at] === 1));
  expect(Math.abs(right.length / 10_000 - 0.5)).toBeLessThan(0.0225);
});
