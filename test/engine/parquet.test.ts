import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeBatch, viewBatch } from "../../engine/batch.ts";
import { PipelineError } from "../../engine/error.ts";
import { ParquetWriter, readParquet } from "../../engine/parquet.ts";
import { type Batch, table } from "../../engine/table.ts";
import { readByDuckDB } from "./duckdb.ts";
import { batchOf, countedRows, everyColumn, type PlainRow, plainRow } from "./every-column.ts";

type EveryBatch = Batch<typeof everyColumn.columns>;

let folder: string;
let files = 0;
const next = () => join(folder, `${files++}.parquet`);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parquet-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes rows as batches cut at the given rows. */
async function write(rows: readonly PlainRow[], cuts: readonly number[] = []) {
  const path = next();
  const writer = await ParquetWriter.create(path, everyColumn);
  const borders = [...cuts.filter((cut) => cut <= rows.length), rows.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of borders) {
    await writer.write(batchOf(rows.slice(start, end)));
    start = end;
  }
  return { path, writer, ...(await writer.close()) };
}

async function collect(batches: AsyncIterable<EveryBatch>): Promise<PlainRow[]> {
  const rows: PlainRow[] = [];
  for await (const batch of batches) {
    const view = viewBatch(everyColumn, batch);
    for (let row = 0; row < batch.numRows; row++) {
      rows.push({
        text: view.text.get(row),
        flag: view.flag[row] === 1,
        tiny: view.tiny[row]!,
        byte: view.byte[row]!,
        whole: view.whole[row]!,
        long: view.long[row]!,
        single: view.single[row]!,
        double: view.double[row]!,
        ids: [...view.ids.values.slice(view.ids.offsets[row], view.ids.offsets[row + 1])],
        bytes: [...view.bytes.values.slice(view.bytes.offsets[row], view.bytes.offsets[row + 1])],
        shares: [
          ...view.shares.values.slice(view.shares.offsets[row], view.shares.offsets[row + 1]),
        ],
        texts: Array.from(
          { length: view.texts.offsets[row + 1]! - view.texts.offsets[row]! },
          (_, i) => view.texts.values.get(view.texts.offsets[row]! + i),
        ),
      });
    }
  }
  return rows;
}

/** DuckDB's Node package drops a leading byte order mark when it decodes text. */
function withoutMarks(row: PlainRow): PlainRow {
  const drop = (text: string) => text.replace(/^\uFEFF/, "");
  return { ...row, text: drop(row.text), texts: row.texts.map(drop) };
}

describe("a Parquet file", () => {
  test("has the types that DuckDB names so, and the values", async () => {
    const rows = countedRows(3000);
    const { path } = await write(rows);
    const read = await readByDuckDB(path);
    expect(read.types).toEqual({
      text: "VARCHAR",
      flag: "BOOLEAN",
      tiny: "TINYINT",
      byte: "UTINYINT",
      whole: "INTEGER",
      long: "BIGINT",
      single: "FLOAT",
      double: "DOUBLE",
      ids: "INTEGER[]",
      bytes: "UTINYINT[]",
      shares: "FLOAT[]",
      texts: "VARCHAR[]",
    });
    expect(read.rows).toEqual(rows);
    const columns = await readByDuckDB(path, `from parquet_schema('${path}')`);
    const optional = columns.rows.filter((column) => column["repetition_type"] === "OPTIONAL");
    expect(optional).toEqual([]);
  });

  test("gives back any rows, to DuckDB and to us", async () => {
    const rows = fc.array(plainRow, { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(rows, async (expected) => {
        const { path } = await write(expected);
        expect(await collect(readParquet(path))).toEqual(expected);
        expect((await readByDuckDB(path)).rows).toEqual(expected.map(withoutMarks));
      }),
      { numRuns: 25 },
    );
  });

  test("has bytes that depend on its rows alone, not on how they were batched", async () => {
    const rows = countedRows(2000);
    const { digest } = await write(rows);
    const cuts = fc.array(fc.nat(2000), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        expect((await write(rows, at)).digest).toBe(digest);
      }),
      { numRuns: 10 },
    );
  });

  test("of more than one row group has bytes that depend on its rows alone, and reads back", async () => {
    const wide = table({ ids: "list<int32>" });
    const each = 100;
    const rows = 45_000;
    const digests = new Set<string>();
    for (const size of [rows, 7_777]) {
      const path = next();
      const writer = await ParquetWriter.create(path, wide);
      for (let start = 0; start < rows; start += size) {
        const count = Math.min(size, rows - start);
        const offsets = Int32Array.from({ length: count + 1 }, (_, row) => row * each);
        const values = Int32Array.from({ length: count * each }, (_, i) =>
          Math.imul(start * each + i, 0x9e3779b1),
        );
        await writer.write(makeBatch(wide, { ids: { offsets, values } }));
      }
      digests.add((await writer.close()).digest);
      let row = 0;
      for await (const batch of readParquet<typeof wide.columns>(path)) {
        const { ids } = viewBatch(wide, batch);
        for (let index = 0; index < batch.numRows; index++, row++) {
          const first = ids.values[ids.offsets[index]!];
          if (first !== Math.imul(row * each, 0x9e3779b1)) throw new Error(`row ${row}`);
        }
      }
      expect(row).toBe(rows);
      const groups = await readByDuckDB(path, `from parquet_metadata('${path}')`);
      expect(groups.rows.length).toBeGreaterThan(1);
    }
    expect(digests.size).toBe(1);
  });

  test("without rows has its columns", async () => {
    const { path, bytes, writer } = await write([]);
    const read = await readByDuckDB(path);
    expect([writer.rows, read.rows.length]).toEqual([0, 0]);
    expect(Object.keys(read.types)).toEqual(Object.keys(everyColumn.columns));
    expect(bytes).toBe((await readFile(path)).length);
    expect(await collect(readParquet(path))).toEqual([]);
  });

  test("can be read for some of its columns", async () => {
    const { path } = await write(countedRows(10));
    for await (const batch of readParquet<typeof everyColumn.columns>(path, ["texts", "tiny"])) {
      expect(batch.schema.fields.map(({ name }) => String(name))).toEqual(["tiny", "texts"]);
      const view = viewBatch(everyColumn, batch);
      expect(view.tiny[9]).toBe(-119);
      expect(() => view.text).toThrow("was not read");
    }
  });

  test("may be left in the middle, again and again", async () => {
    const { path } = await write(countedRows(20_000));
    for (let round = 0; round < 20; round++) {
      for await (const batch of readParquet<typeof everyColumn.columns>(path)) {
        expect(batch.numRows).toBeGreaterThan(0);
        break;
      }
    }
  });

  test("takes rows of a slice, and a range of a batch", async () => {
    const rows = countedRows(50);
    const path = next();
    const writer = await ParquetWriter.create(path, everyColumn);
    await writer.write(batchOf(rows).slice(5, 20) as unknown as EveryBatch);
    await writer.write(batchOf(rows), 30, 33);
    await writer.close();
    expect(await collect(readParquet(path))).toEqual([...rows.slice(5, 20), ...rows.slice(30, 33)]);
  });
});

describe("a writer", () => {
  test("does not overwrite, and says where it cannot write", async () => {
    const { path } = await write([]);
    await expect(ParquetWriter.create(path, everyColumn)).rejects.toBeInstanceOf(PipelineError);
    const nowhere = join(folder, "no", "such", "folder.parquet");
    await expect(ParquetWriter.create(nowhere, everyColumn)).rejects.toMatchObject({
      details: { where: nowhere, got: "ENOENT" },
    });
  });

  test("that is given up leaves nothing open", async () => {
    for (const rows of [0, 10]) {
      const writer = await ParquetWriter.create(next(), everyColumn);
      if (rows > 0) await writer.write(batchOf(countedRows(rows)));
      await writer.abort();
    }
  });
});
