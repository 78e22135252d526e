import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PipelineError } from "../../engine/error.ts";
import { RowFileWriter, readRows } from "../../engine/row-file.ts";
import { type Row, type RowColumns, rowTable } from "../../engine/table.ts";
import { readByDuckDB } from "./duckdb.ts";

const curve = rowTable({
  name: "utf8",
  step: "int32",
  loss: "float64",
  last: "bool",
  note: "utf8?",
  count: "int32?",
  rate: "float64?",
});
type CurveRow = Row<typeof curve.columns>;

let folder: string;
let files = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rows-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(rows: readonly Row<RowColumns>[], columns: RowColumns = curve.columns) {
  const path = join(folder, `${files++}.parquet`);
  const writer = await RowFileWriter.create(path, columns);
  for (const row of rows) await writer.append(row);
  return { path, rows: writer.rows, ...(await writer.close()) };
}

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
/** Without -0, which the writer takes for 0. */
const float64 = fc.double({ noNaN: true }).map((value) => value + 0);
const text = fc.string({ unit: "grapheme", maxLength: 12 });
const anyRow: fc.Arbitrary<CurveRow> = fc.record({
  name: text,
  step: int32,
  loss: float64,
  last: fc.boolean(),
  note: fc.option(text),
  count: fc.option(int32),
  rate: fc.option(float64),
});

describe("a row file", () => {
  test("has the types that DuckDB names so, and its optional columns hold nulls", async () => {
    const rows: CurveRow[] = [
      { name: "a 한🙂", step: 1, loss: 0.5, last: false, note: null, count: 3, rate: null },
      { name: "", step: -1, loss: Infinity, last: true, note: "n", count: null, rate: 1e-300 },
    ];
    const { path } = await write(rows);
    const read = await readByDuckDB(path);
    expect(read.types).toEqual({
      name: "VARCHAR",
      step: "INTEGER",
      loss: "DOUBLE",
      last: "BOOLEAN",
      note: "VARCHAR",
      count: "INTEGER",
      rate: "DOUBLE",
    });
    expect(read.rows).toEqual(rows);
    expect(await readRows(path, curve.columns)).toEqual(rows);
    const schema = await readByDuckDB(path, `from parquet_schema('${path}')`);
    const optional = schema.rows.filter((column) => column["repetition_type"] === "OPTIONAL");
    expect(optional.map((column) => column["name"])).toEqual(["note", "count", "rate"]);
  });

  test("gives back any rows, to DuckDB and to us", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 40 }), async (rows) => {
        const { path } = await write(rows);
        expect(await readRows(path, curve.columns)).toEqual(rows);
        expect((await readByDuckDB(path)).rows).toEqual(rows);
      }),
      { numRuns: 25 },
    );
  });

  test("of several row groups keeps every row in order", async () => {
    const rows = Array.from({ length: 9001 }, (_, step): CurveRow => {
      const note = step % 7 === 0 ? `note ${step}` : null;
      const count = step % 1000 < 500 ? null : step;
      return {
        name: `row ${step}`,
        step,
        loss: step / 3,
        last: step % 2 === 0,
        note,
        count,
        rate: null,
      };
    });
    const { path } = await write(rows);
    expect(await readRows(path, curve.columns)).toEqual(rows);
    expect((await readByDuckDB(path)).rows).toEqual(rows);
  });

  test("without rows has its columns", async () => {
    const { path, rows } = await write([]);
    expect(rows).toBe(0);
    expect(await readRows(path, curve.columns)).toEqual([]);
    const read = await readByDuckDB(path);
    expect(Object.keys(read.types)).toEqual(Object.keys(curve.columns));
    expect(read.rows).toEqual([]);
  });

  test("has the same bytes for the same rows", async () => {
    const rows = fc.sample(anyRow, { numRuns: 50, seed: 7 });
    expect((await write(rows)).digest).toBe((await write(rows)).digest);
  });

  test("is filtered right by readers that skip by statistics", async () => {
    // UTF-16 orders the first before the second, UTF-8 the other way round.
    const names = ["\u{1F642}", "\uFF5E"];
    const words = rowTable({ name: "utf8" });
    const { path } = await write(
      names.map((name) => ({ name })),
      words.columns,
    );
    for (const name of names) {
      expect((await readByDuckDB(path, `from file where name = '${name}'`)).rows).toEqual([
        { name },
      ]);
    }
  });
});

describe("a row is refused", () => {
  const row: CurveRow = {
    name: "a",
    step: 1,
    loss: 1,
    last: true,
    note: null,
    count: null,
    rate: null,
  };
  test.each<[string, object, string]>([
    ["a fraction for an integer", { step: 0.5 }, "row 0, column step"],
    ["an integer out of range", { step: 2 ** 31 }, "row 0, column step"],
    ["text for a number", { loss: "1" }, "row 0, column loss"],
    ["NaN", { loss: Number.NaN }, "row 0, column loss"],
    ["null where none is allowed", { name: null }, "row 0, column name"],
    ["a missing value", { last: undefined }, "row 0, column last"],
    ["a number for an optional text", { note: 1 }, "row 0, column note"],
    ["a column that is not declared", { other: 1 }, "row 0, column other"],
  ])("for %s", async (_, wrong, where) => {
    const writing = write([{ ...row, ...wrong } as CurveRow]);
    await expect(writing).rejects.toBeInstanceOf(PipelineError);
    await expect(writing).rejects.toMatchObject({ details: { where } });
  });
});
