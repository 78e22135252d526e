import fc from "fast-check";
import { expect, test } from "vitest";
import { makeBatch, runsOf, TrainingOrder } from "../../stages/train/batches.ts";
import { type ExampleSet, readExamples, viewOf } from "../../stages/train/example-set.ts";
import { countingExamples, exampleTable, inMemory, PIECES } from "./rig.ts";

const rows = countingExamples(50);
const read = (batchRows?: number): Promise<ExampleSet> =>
  readExamples(exampleTable(rows, batchRows), PIECES.length);

test("every epoch goes once through all examples, in an order of its own", () => {
  const sizes = fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    batch: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(sizes, ({ count, batch }) => {
      const examples = Int32Array.from({ length: count }, (_, index) => 3 * index);
      const order = new TrainingOrder(examples, batch, 42);
      const epochs = 3;
      const steps = Math.ceil((epochs * count) / batch);
      const seen = Array.from({ length: steps }, (_, step) => [...order.at(step)]).flat();
      for (let epoch = 0; epoch < epochs; epoch++) {
        const one = seen.slice(epoch * count, (epoch + 1) * count);
        expect(Int32Array.from(one).sort()).toEqual(examples);
      }
    }),
  );
});

test("in bins, too, and few batches hold examples of more than one bin", () => {
  const bins = (lengths: readonly number[]) => ({
    lengths: [4, 8, 16],
    lengthOf: (example: number) => lengths[example]!,
  });
  const length = fc.integer({ min: 1, max: 16 });
  const given = fc.record({
    lengths: fc.array(length, { minLength: 1, maxLength: 60 }),
    batch: fc.integer({ min: 1, max: 20 }),
    seed: fc.nat(9),
  });
  fc.assert(
    fc.property(given, ({ lengths, batch, seed }) => {
      const examples = Int32Array.from(lengths, (_, index) => index);
      const order = new TrainingOrder(examples, batch, seed, bins(lengths));
      const epochs = 4;
      const steps = Math.ceil((epochs * examples.length) / batch);
      const batches = Array.from({ length: steps }, (_, step) => [...order.at(step)]);
      for (let epoch = 0; epoch < epochs; epoch++) {
        const whole = batches.flat().slice(epoch * examples.length, (epoch + 1) * examples.length);
        expect(whole.sort((a, b) => a - b)).toEqual([...examples]);
      }
      const binOf = (example: number) =>
        bins(lengths).lengths.findIndex((most) => lengths[example]! <= most);
      const mixed = batches.filter((rows) => new Set(rows.map(binOf)).size > 1);
      // Of an epoch: one where each bin but the longest ends, and one where the next epoch begins.
      expect(mixed.length).toBeLessThanOrEqual(3 * epochs);
      const late = steps - 1;
      expect([...new TrainingOrder(examples, batch, seed, bins(lengths)).at(late)]).toEqual(
        batches[late],
      );
    }),
  );
});

test("the order of bins is drawn", () => {
  const examples = Int32Array.from({ length: 400 }, (_, index) => index);
  const bins = { lengths: [1, 2], lengthOf: (example: number) => 1 + (example % 2) };
  const order = new TrainingOrder(examples, 10, 42, bins);
  const binsOf = (epoch: number) =>
    Array.from({ length: 40 }, (_, step) => order.at(40 * epoch + step)[0]! % 2).join("");
  expect(binsOf(0)).toMatch(/^(?=.*01.*01.*01)(?=.*10.*10.*10)/);
  expect(binsOf(1)).not.toBe(binsOf(0));
});

test("a step's examples do not depend on the steps asked for before", () => {
  const examples = Int32Array.from({ length: 17 }, (_, index) => index);
  const order = new TrainingOrder(examples, 5, 42);
  const inTurn = Array.from({ length: 12 }, (_, step) => order.at(step));
  for (const step of [11, 0, 7, 3])
    expect(new TrainingOrder(examples, 5, 42).at(step)).toEqual(inTurn[step]);
  expect(new TrainingOrder(examples, 5, 43).at(0)).not.toEqual(inTurn[0]);
  expect([...inTurn[0]!, ...inTurn[1]!]).not.toEqual([...examples.subarray(0, 10)]);
});

test("a batch holds its examples, padded, and weights say what is filling", async () => {
  const set = await read();
  const shape = { batchSize: 4, sequenceLength: 16, maskedPositions: 10 };
  const { inputs, tokens } = makeBatch(
    [7, 0, 30].map((example) => viewOf(set, example)),
    shape,
  );
  let slot = 0;
  for (const [row, index] of [7, 0, 30].entries()) {
    const example = rows[index]!;
    const at = <A extends Int32Array>(values: A) => [...values.subarray(16 * row, 16 * row + 16)];
    const padded = (values: readonly number[]) => [...values, ...Array(16 - values.length).fill(0)];
    expect(at(inputs.input_ids)).toEqual(padded(example.ids));
    expect(at(inputs.token_type_ids)).toEqual(padded(example.types));
    expect(at(inputs.attention_mask)).toEqual(padded(example.ids.map(() => 1)));
    for (const [index, position] of example.positions.entries()) {
      expect(inputs.masked_lm_positions[slot]).toBe(16 * row + position);
      expect(inputs.masked_lm_ids[slot++]).toBe(example.targets[index]);
    }
    expect(inputs.sentence_order_labels[row]).toBe(example.order);
  }
  expect([...inputs.masked_lm_weights]).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
  expect([...inputs.sentence_order_weights]).toEqual([1, 1, 1, 0]);
  expect(tokens).toBe(rows[7]!.ids.length + rows[0]!.ids.length + rows[30]!.ids.length);
});

test("how the table is cut into batches changes nothing", async () => {
  expect(await read(7)).toEqual(await read());
});

test("empty shards change nothing, wherever they are", async () => {
  const table = exampleTable(rows, 20);
  const batches: (typeof table extends { batches(): AsyncIterable<infer B> } ? B : never)[] = [];
  for await (const batch of table.batches()) batches.push(batch.slice(0, 0), batch);
  const withEmpty = inMemory(table.columns, [...batches, batches[0]!]);
  expect(await readExamples(withEmpty, PIECES.length)).toEqual(await read());
});

test("runs cover all examples, the last one being shorter", () => {
  expect([...runsOf(Int32Array.of(5, 6, 7, 8, 9), 2)].map((run) => [...run])).toEqual([
    [5, 6],
    [7, 8],
    [9],
  ]);
});
