import fc from "fast-check";
import { type BatchData, makeBatch, utf8Data } from "../../engine/batch.ts";
import type { ListData } from "../../engine/column.ts";
import { type Batch, table } from "../../engine/table.ts";

/** A table with a column of every type. */
export const everyColumn = table({
  text: "utf8",
  flag: "bool",
  tiny: "int8",
  byte: "uint8",
  whole: "int32",
  long: "int64",
  single: "float32",
  double: "float64",
  ids: "list<int32>",
  bytes: "list<uint8>",
  shares: "list<float32>",
  texts: "list<utf8>",
});

type EveryColumn = typeof everyColumn.columns;

/** A row of it as plain values. */
export interface PlainRow {
  text: string;
  flag: boolean;
  tiny: number;
  byte: number;
  whole: number;
  long: bigint;
  single: number;
  double: number;
  ids: number[];
  bytes: number[];
  shares: number[];
  texts: string[];
}

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom("", "\uFEFFmark", "한국어", "\u0000", "e\u0301", "𝒳🙂"),
);

export const plainRow: fc.Arbitrary<PlainRow> = fc.record({
  text,
  flag: fc.boolean(),
  tiny: fc.integer({ min: -128, max: 127 }),
  byte: fc.integer({ min: 0, max: 255 }),
  whole: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  long: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  single: fc.float({ noNaN: true }),
  double: fc.double({ noNaN: true }),
  ids: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 6 }),
  bytes: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 6 }),
  shares: fc.array(fc.float({ noNaN: true }), { maxLength: 6 }),
  texts: fc.array(text, { maxLength: 4 }),
});

function offsetsOf(lists: readonly (readonly unknown[])[]): Int32Array {
  const offsets = new Int32Array(lists.length + 1);
  for (const [row, list] of lists.entries()) offsets[row + 1] = offsets[row]! + list.length;
  return offsets;
}

/** The rows as one batch. */
export function batchOf(rows: readonly PlainRow[]): Batch<EveryColumn> {
  const lists = <V>(values: V, all: readonly (readonly unknown[])[]): ListData<V> => ({
    offsets: offsetsOf(all),
    values,
  });
  const data: BatchData<EveryColumn> = {
    text: rows.map((row) => row.text),
    flag: rows.map((row) => row.flag),
    tiny: rows.map((row) => row.tiny),
    byte: Uint8Array.from(rows, (row) => row.byte),
    whole: rows.map((row) => row.whole),
    long: rows.map((row) => row.long),
    single: Float32Array.from(rows, (row) => row.single),
    double: rows.map((row) => row.double),
    ids: lists(
      Int32Array.from(rows.flatMap((row) => row.ids)),
      rows.map((row) => row.ids),
    ),
    bytes: lists(
      Uint8Array.from(rows.flatMap((row) => row.bytes)),
      rows.map((row) => row.bytes),
    ),
    shares: lists(
      Float32Array.from(rows.flatMap((row) => row.shares)),
      rows.map((row) => row.shares),
    ),
    texts: lists(
      utf8Data(rows.flatMap((row) => row.texts)),
      rows.map((row) => row.texts),
    ),
  };
  return makeBatch(everyColumn, data);
}

/** `count` rows that are all different, without a generator's cost. */
export function countedRows(count: number): PlainRow[] {
  return Array.from({ length: count }, (_, row) => ({
    text: `row ${row} é🙂`,
    flag: row % 3 === 0,
    tiny: (row % 256) - 128,
    byte: row % 256,
    whole: row * 7919 - 2 ** 30,
    long: BigInt(row) * 2n ** 40n - 2n ** 60n,
    single: Math.fround(row / 7),
    double: row / 7,
    ids: Array.from({ length: row % 5 }, (_, index) => row * index),
    bytes: Array.from({ length: row % 4 }, (_, index) => (row + index) % 256),
    shares: Array.from({ length: row % 4 }, (_, index) => Math.fround(row / (index + 3))),
    texts: Array.from({ length: row % 3 }, (_, index) => `${row}:${index} 한`),
  }));
}
