import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RandomStream } from "../../lib/random.ts";
import { openEncoder } from "../../lib/tokenizer/encoder.ts";
import { paddedLengths, planBatches } from "../../stages/eval/batches.ts";
import { FeatureBuilder, type Features } from "../../stages/eval/features.ts";
import { exampleUnits, inputsOf } from "../../stages/eval/units.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";

const words = ["a", "b", "c", "d", "e", "f", "가"];
const definition = wordPieces([...SPECIAL_PIECES, ...words]);
const encoder = await openEncoder(definition);
const { cls: CLS, sep: SEP } = definition.roles;
const ids = (text: string) => text.split(" ").map((word) => definition.pieces.indexOf(word));
const text = (count: number, letter: string) => new Array(count).fill(letter).join(" ");

describe("FeatureBuilder", () => {
  const build = async (texts: string[], length = 12) => {
    const builder = new FeatureBuilder(encoder, definition.roles, length);
    return (await builder.build([{ texts, label: 1 }]))[0]!;
  };

  test("lays a single text and a pair out as BERT does", async () => {
    const single = await build(["a b"]);
    expect([...single.ids]).toEqual([CLS, ...ids("a b"), SEP]);
    expect(single.secondFrom).toBe(4);
    const pair = await build(["a b", "c"]);
    expect([...pair.ids]).toEqual([CLS, ...ids("a b"), SEP, ...ids("c"), SEP]);
    expect(pair.secondFrom).toBe(4);
  });

  test("keeps examples apart, whatever they have of texts", async () => {
    const builder = new FeatureBuilder(encoder, definition.roles, 12);
    const examples = [
      { texts: ["a"], label: 0 },
      { texts: ["b", "c d"], label: 1 },
      { texts: ["e"], label: 2 },
    ];
    const built = await builder.build(examples);
    expect(built.map(({ label }) => label)).toEqual([0, 1, 2]);
    expect(built.map(({ ids }) => [...ids])).toEqual([
      [CLS, ...ids("a"), SEP],
      [CLS, ...ids("b"), SEP, ...ids("c d"), SEP],
      [CLS, ...ids("e"), SEP],
    ]);
  });

  test("says what was cut", async () => {
    expect((await build(["a b c d"], 6)).truncated).toBe(false);
    expect((await build(["a b c d e"], 6)).truncated).toBe(true);
    expect((await build(["a b c", "f e d"], 9)).truncated).toBe(false);
    expect((await build(["a b c", "f e d c"], 9)).truncated).toBe(true);
  });

  test("empty texts leave the special pieces", async () => {
    expect([...(await build([""])).ids]).toEqual([CLS, SEP]);
    expect([...(await build(["", ""])).ids]).toEqual([CLS, SEP, SEP]);
  });

  test("cuts a single text at its end, of a pair the longer, the second on a tie", async () => {
    expect([...(await build(["a b c d e f a b c d e f"], 6)).ids]).toEqual([
      CLS,
      ...ids("a b c d"),
      SEP,
    ]);
    const lengths = async (first: number, second: number) => {
      const { ids, secondFrom } = await build([text(first, "a"), text(second, "b")]);
      return [secondFrom - 2, ids.length - secondFrom - 1];
    };
    expect(await lengths(20, 2)).toEqual([7, 2]);
    expect(await lengths(2, 20)).toEqual([2, 7]);
    expect(await lengths(20, 20)).toEqual([5, 4]);
    expect(await lengths(6, 3)).toEqual([6, 3]);
    expect([...(await build(["a b c d e f", "f e d c b a"], 9)).ids]).toEqual([
      CLS,
      ...ids("a b c"),
      SEP,
      ...ids("f e d"),
      SEP,
    ]);
  });

  test("composes Hangul that comes apart, as documents are composed", async () => {
    expect([...(await build(["가".normalize("NFD")])).ids]).toEqual([CLS, ...ids("가"), SEP]);
  });
});

const feature = (length: number): Features => ({
  ids: Int32Array.from({ length }, (_, index) => 5 + (index % 7)),
  secondFrom: Math.ceil(length / 2),
  truncated: false,
  label: length % 3,
});

describe("a batch", () => {
  const features = [feature(3), feature(6), feature(4)];
  const units = exampleUnits(features, false);
  const inputs = inputsOf(units, [1, 2], { batchSize: 3, sequenceLength: 8 }, 9);
  const targets = units.targets([1, 2], 3);
  const row = (name: string, index: number) => [
    ...(inputs[name] as Int32Array).subarray(8 * index, 8 * index + 8),
  ];

  test("pads rows and marks what is padding", () => {
    expect(row("input_ids", 0)).toEqual([...features[1]!.ids, 9, 9]);
    expect(row("attention_mask", 0)).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
    expect(row("token_type_ids", 0)).toEqual([0, 0, 0, 1, 1, 1, 0, 0]);
    expect(row("input_ids", 2)).toEqual(new Array(8).fill(9));
    expect(row("attention_mask", 2)).toEqual(new Array(8).fill(0));
  });

  test("rows that only fill the batch weigh nothing", () => {
    expect([...targets["weights"]!]).toEqual([1, 1, 0]);
    expect(targets["labels"]).toEqual(Int32Array.of(0, 1, 0));
  });

  test("scores are labels of type float32", () => {
    const scored = exampleUnits([{ ...feature(3), label: 2.5 }], true);
    expect(scored.targets([0], 1)["labels"]).toEqual(Float32Array.of(2.5));
  });
});

describe("planBatches", () => {
  const anyFeatures = fc.array(fc.integer({ min: 2, max: 128 }).map(feature), { minLength: 1 });

  test("takes every example once, in batches long enough, of which only one is not full", () => {
    fc.assert(
      fc.property(
        anyFeatures,
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        (features, size, drawn) => {
          const random = drawn ? new RandomStream(1, "plan") : undefined;
          const lengths = paddedLengths(features, 128);
          const batches = planBatches(features, lengths, size, random);
          const rows = batches.flatMap(({ rows }) => rows);
          expect(rows.toSorted((a, b) => a - b)).toEqual(features.map((_, row) => row));
          expect(batches.length).toBe(Math.ceil(features.length / size));
          for (const { rows, sequenceLength } of batches) {
            for (const row of rows) {
              expect(features[row]!.ids.length).toBeLessThanOrEqual(sequenceLength);
            }
          }
        },
      ),
    );
  });

  test("short examples are not padded to the longest's length", () => {
    const features = [...new Array(64).fill(feature(10)), feature(120)];
    const batches = planBatches(features, paddedLengths(features, 128), 32);
    expect(batches.map(({ sequenceLength }) => sequenceLength)).toEqual([16, 16, 120]);
  });

  test("each epoch has an order of its own, among and within batches", () => {
    const features = Array.from({ length: 60 }, () => feature(10));
    const plan = (epoch: number) =>
      planBatches(features, [16], 8, new RandomStream(1, "order", "", epoch));
    expect(plan(0)).toEqual(plan(0));
    expect(plan(0)).not.toEqual(plan(1));
    expect(plan(0)[0]!.rows).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("lengths are few, the last is the longest's, and none passes the limit", () => {
    const lengthsOf = (lengths: number[], most = 128) => paddedLengths(lengths.map(feature), most);
    expect(lengthsOf([5])).toEqual([8]);
    expect(lengthsOf([40])).toEqual([40]);
    expect(lengthsOf([50], 50)).toEqual([50]);
    expect(lengthsOf([3, 20, 20, 41, 50], 50)).toEqual([8, 24, 50]);
    expect(lengthsOf(Array.from({ length: 127 }, (_, index) => index + 2)).length).toBe(5);
  });

  test("of all choices of so many lengths they spare the most", () => {
    const sizes = fc.array(fc.integer({ min: 2, max: 60 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, (all) => {
        const lengths = paddedLengths(all.map(feature), 64);
        const cost = (chosen: readonly number[]) =>
          all.reduce((sum, size) => sum + chosen.find((length) => length >= size)!, 0);
        const [last, candidates] = [lengths.at(-1)!, [8, 16, 24, 32, 40, 48, 56]];
        for (let set = 0; set < 1 << candidates.length; set++) {
          const chosen = candidates.filter((length, bit) => (set >> bit) & 1 && length < last);
          if (chosen.length < lengths.length)
            expect(cost([...chosen, last])).toBeGreaterThanOrEqual(cost(lengths));
        }
      }),
      { numRuns: 50 },
    );
  });
});
