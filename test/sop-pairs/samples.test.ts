import { expect, test } from "vitest";
import { viewBatch } from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import { CueSample } from "../../stages/sop-pairs/audit/cue-sample.ts";
import { HashSample } from "../../stages/sop-pairs/audit/hash-sample.ts";
import { cues } from "../../stages/sop-pairs/tables.ts";

test("hashes that came before are counted, and those that are in another sample too", () => {
  const [one, other] = [new HashSample(), new HashSample()];
  for (const hash of [9, 2 ** 53 - 1, 9, 4, 9]) one.add(hash);
  for (const hash of [4, 9, 7]) other.add(hash);
  expect(one.repeats()).toEqual({ repeated: 2, of: 5 });
  expect(one.shared(other)).toEqual({ shared: 4, of: 5 });
  expect(other.shared(one)).toEqual({ shared: 2, of: 3 });
});

test("samples of more hashes than are kept still agree on what both hold", () => {
  const random = new RandomStream(1, "hashes");
  const hashes = Float64Array.from({ length: 5000 }, () => random.uint32());
  const [many, few] = [new HashSample(4000), new HashSample(4000)];
  for (const hash of hashes) many.add(hash);
  for (const hash of hashes.subarray(0, 1000)) few.add(hash);
  const { shared, of } = few.shared(many);
  expect(shared).toBe(of);
  expect(of).toBeGreaterThan(400);
  expect(of).toBeLessThan(600);
  expect(many.repeats().of).toBeGreaterThan(2200);
});

test("copies of one hash without end are kept without thinning for ever", () => {
  const copies = new HashSample(100);
  for (let at = 0; at < 300; at++) copies.add(0);
  expect(copies.repeats()).toEqual({ repeated: 299, of: 300 });
});

test("of many examples every second, fourth, ... is kept as a cue, from the first on", () => {
  const sample = new CueSample();
  for (let at = 0; at < 20_000; at++)
    sample.add({
      a_length: at,
      b_length: 1,
      chunk: 2,
      predictions: 3,
      predictions_in_a: 4,
      position_sum: 5,
      sentence_order_label: at % 2,
    });
  const view = viewBatch(cues, sample.batch());
  expect(view.a_length.length).toBe(5000);
  expect(Array.from(view.a_length.subarray(0, 3))).toEqual([0, 4, 8]);
  expect(view.a_length.at(-1)).toBe(19_996);
  expect([view.chunk[9], view.position_sum[9], view.sentence_order_label[9]]).toEqual([2, 5, 0]);
});
