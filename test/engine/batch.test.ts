import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BatchView, checkBatch, makeBatch, utf8Data, viewBatch } from "../../engine/batch.ts";
import { BatchBuffer } from "../../engine/batch-buffer.ts";
import type { ListData, Utf8View } from "../../engine/column.ts";
import { PipelineError } from "../../engine/error.ts";
import { type Batch, table } from "../../engine/table.ts";
import { batchOf, countedRows, everyColumn, type PlainRow, plainRow } from "./every-column.ts";

type View = BatchView<typeof everyColumn.columns>;

/** Rows of a view by raw offsets and values, as stages read them. */
function rowsOf(view: View): PlainRow[] {
  const list = <T>({ offsets, values }: ListData<ArrayLike<T>>, row: number): T[] =>
    Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_, i) => values[offsets[row]! + i]!);
  const texts = ({ offsets, values }: ListData<Utf8View>, row: number): string[] =>
    Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_, i) =>
      values.get(offsets[row]! + i),
    );
  return Array.from(view.whole, (whole, row) => ({
    text: view.text.get(row),
    flag: view.flag[row] === 1,
    tiny: view.tiny[row]!,
    byte: view.byte[row]!,
    whole,
    long: view.long[row]!,
    single: view.single[row]!,
    double: view.double[row]!,
    ids: list(view.ids, row),
    bytes: list(view.bytes, row),
    shares: list(view.shares, row),
    texts: texts(view.texts, row),
  }));
}

const rows = fc.array(plainRow, { maxLength: 30 });

describe("a view", () => {
  test("gives back what a batch was made from", () => {
    fc.assert(
      fc.property(rows, (expected) => {
        expect(rowsOf(viewBatch(everyColumn, batchOf(expected)))).toEqual(expected);
      }),
    );
  });

  test("of a slice, and of a slice of it, is of those rows only", () => {
    const slice = fc.tuple(rows, fc.nat(30), fc.nat(30), fc.nat(30), fc.nat(30));
    fc.assert(
      fc.property(slice, ([all, a, b, c, d]) => {
        const sliced = batchOf(all)
          .slice(a, a + b)
          .slice(c, c + d) as unknown as Batch;
        const expected = all.slice(a, a + b).slice(c, c + d);
        const view = viewBatch(everyColumn, sliced as never);
        expect(view.text.length).toBe(expected.length);
        expect(view.flag).toHaveLength(expected.length);
        expect(rowsOf(view)).toEqual(expected);
      }),
    );
  });

  test("of lists and text whose offsets do not begin at 0 is right", () => {
    const lists = table({ ids: "list<int32>", word: "utf8", words: "list<utf8>" });
    const batch = makeBatch(lists, {
      ids: { offsets: Int32Array.of(2, 3, 3), values: Int32Array.of(9, 9, 7, 9) },
      word: { offsets: Int32Array.of(1, 2, 4), bytes: Buffer.from("xabcx") },
      words: { offsets: Int32Array.of(1, 2, 3), values: utf8Data(["no", "one", "two", "no"]) },
    });
    const { ids, word, words } = viewBatch(lists, batch);
    expect([...ids.offsets].map((offset) => ids.values[offset])).toEqual([7, 9, 9]);
    expect([word.get(0), word.get(1)]).toEqual(["a", "bc"]);
    expect(words.values.get(words.offsets[0]!)).toBe("one");
    expect(words.values.get(words.offsets[1]!)).toBe("two");
  });

  test("shares memory with typed arrays of the column's own class", () => {
    const numbers = table({ value: "int32" });
    const values = Int32Array.of(1, 2, 3);
    const view = viewBatch(numbers, makeBatch(numbers, { value: values }));
    expect(view.value.buffer).toBe(values.buffer);
  });

  test("of a column that was not read throws when it is touched", () => {
    const wide = table({ a: "int32", b: "int32" });
    const narrow = makeBatch(table({ a: "int32" }), { a: [1] });
    const view = viewBatch(wide, narrow as never);
    expect([...view.a]).toEqual([1]);
    expect(() => view.b).toThrow("column b was not read");
  });

  test("of a row beyond the last throws", () => {
    const words = table({ word: "utf8" });
    const view = viewBatch(words, makeBatch(words, { word: ["a"] }));
    expect(() => view.word.get(1)).toThrow(RangeError);
    expect(() => view.word.get(-1)).toThrow(RangeError);
  });
});

describe("a batch is refused", () => {
  const pair = table({ a: "int8", b: "utf8" });
  const list = table({ a: "list<int32>" });
  const values = Int32Array.of(1, 2, 3);
  test.each<[string, () => unknown, string]>([
    ["a missing column", () => makeBatch(pair, { a: [1] } as never), "a, b"],
    ["a surplus column", () => makeBatch(pair, { a: [1], b: ["x"], c: [1] } as never), "a, b, c"],
    ["ragged columns", () => makeBatch(pair, { a: [1, 2], b: ["x"] }), "2 rows, as in a"],
    [
      "a number out of range",
      () => makeBatch(pair, { a: [1, 128], b: ["x", "y"] }),
      "128 in row 1",
    ],
    ["a fraction", () => makeBatch(pair, { a: [0.5], b: ["x"] }), "0.5 in row 0"],
    [
      "offsets that fall",
      () => makeBatch(list, { a: { offsets: Int32Array.of(0, 2, 1), values } }),
      "2, 1",
    ],
    [
      "offsets beyond the values",
      () => makeBatch(list, { a: { offsets: Int32Array.of(0, 4), values } }),
      "4",
    ],
    [
      "offsets below 0",
      () => makeBatch(list, { a: { offsets: Int32Array.of(-1, 1), values } }),
      "-1",
    ],
    [
      "no offsets at all",
      () => makeBatch(list, { a: { offsets: new Int32Array(0), values } }),
      "undefined",
    ],
  ])("for %s", (_, make, said) => {
    let error: unknown;
    try {
      make();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(PipelineError);
    expect(JSON.stringify((error as PipelineError).details)).toContain(said);
  });

  test("when it is of another table, or none", () => {
    const batch = makeBatch(pair, { a: [1], b: ["x"] });
    expect(() => checkBatch(table({ a: "int8" }), batch)).toThrow(PipelineError);
    expect(() => viewBatch(table({ a: "int32", b: "utf8" }), batch as never)).toThrow(
      "not of its table's type",
    );
    for (const value of [undefined, null, 1, [], {}, structuredClone(batch)]) {
      expect(() => checkBatch(pair, value)).toThrow(PipelineError);
    }
    expect(() => checkBatch(pair, batch)).not.toThrow();
  });
});

test("a lone surrogate becomes U+FFFD, as everywhere in UTF-8", () => {
  const words = table({ word: "utf8" });
  const view = viewBatch(words, makeBatch(words, { word: ["a\ud800b"] }));
  expect(view.word.get(0)).toBe("a\ufffdb");
});

describe("a batch buffer", () => {
  test("joins ranges of batches, and may be filled again after it was taken", () => {
    const buffer = new BatchBuffer(everyColumn);
    const all = countedRows(400);
    for (let round = 0; round < 3; round++) {
      for (const [from, to] of [
        [0, 150],
        [150, 151],
        [151, 400],
      ] as const) {
        const view = viewBatch(everyColumn, batchOf(all).slice(1) as never);
        buffer.append(view, from, Math.min(to, 399));
      }
      expect(buffer.rows).toBe(399);
      expect(rowsOf(viewBatch(everyColumn, buffer.take()))).toEqual(all.slice(1));
      expect([buffer.rows, buffer.bytes]).toEqual([0, 0]);
    }
  });

  test("counts the same bytes however rows are batched, and reaches a size at the first row that does", () => {
    const buffer = new BatchBuffer(everyColumn);
    const view = viewBatch(everyColumn, batchOf(countedRows(100)));
    const total = buffer.size(view, 0, 100);
    expect(buffer.size(view, 0, 37) + buffer.size(view, 37, 100)).toBe(total);
    for (const bytes of [1, 500, 2000, total]) {
      const end = buffer.reach(view, 10, 100, bytes);
      expect(buffer.size(view, 10, end - 1)).toBeLessThan(bytes);
      if (end < 100) expect(buffer.size(view, 10, end)).toBeGreaterThanOrEqual(bytes);
    }
    expect(buffer.reach(view, 10, 100, total * 2)).toBe(100);
  });
});
