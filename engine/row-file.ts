import { createRequire } from "node:module";
import type { ParquetWriter } from "parquetjs-lite";
import { PipelineError } from "./error.ts";
import { HashedFile, type WrittenFile } from "./hashed-file.ts";
import type { Row, RowColumns, RowColumnType } from "./table.ts";

const require = createRequire(import.meta.url);

/** Loaded when it is needed, and as CommonJS: Node does not see all of its exports from an ES module. */
function parquetjs(): typeof import("parquetjs-lite") {
  return require("parquetjs-lite");
}

type Kind = "utf8" | "int32" | "float64" | "bool";

const PARQUET_TYPES = { utf8: "UTF8", int32: "INT32", float64: "DOUBLE", bool: "BOOLEAN" } as const;

const CHECKS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  utf8: (value) => typeof value === "string",
  int32: (value) => Number.isInteger(value) && value === (value as number) << 0,
  float64: (value) => typeof value === "number" && !Number.isNaN(value),
  bool: (value) => typeof value === "boolean",
};

function split(type: RowColumnType): { kind: Kind; optional: boolean } {
  const optional = type.endsWith("?");
  return { kind: (optional ? type.slice(0, -1) : type) as Kind, optional };
}

/** Writes one row table to a Parquet file as its rows trickle in. The bytes depend on the rows alone; -0 becomes 0. */
export class RowFileWriter {
  readonly #columns: RowColumns;
  readonly #file: HashedFile;
  readonly #writer: ParquetWriter;
  readonly #encoded: Uint8Array[];
  rows = 0;

  private constructor(
    columns: RowColumns,
    file: HashedFile,
    writer: ParquetWriter,
    encoded: Uint8Array[],
  ) {
    this.#columns = columns;
    this.#file = file;
    this.#writer = writer;
    this.#encoded = encoded;
  }

  static async create(path: string, columns: RowColumns): Promise<RowFileWriter> {
    const { ParquetSchema, ParquetWriter } = parquetjs();
    const fields = Object.entries(columns).map(([name, type]) => {
      const { kind, optional } = split(type);
      // Its statistics compare text by UTF-16 units, not by bytes: readers that skip by them would lose rows.
      return [name, { type: PARQUET_TYPES[kind], optional, statistics: false }] as const;
    });
    const encoded: Uint8Array[] = [];
    // It does not wait for all of its own writes: it only collects here, and `#drain` does the writing.
    const sink = {
      write(bytes: Uint8Array, done: () => void) {
        encoded.push(bytes);
        done();
      },
      end: (done: () => void) => done(),
    };
    const schema = new ParquetSchema(Object.fromEntries(fields));
    const options = { useDataPageV2: false, pageIndex: false };
    const writer = await ParquetWriter.openStream(schema, sink, options);
    return new RowFileWriter(columns, await HashedFile.create(path), writer, encoded);
  }

  /** Throws a PipelineError where a value is not of its column's type. */
  async append(row: Row<RowColumns>): Promise<void> {
    const known: Record<string, unknown> = {};
    for (const [name, type] of Object.entries(this.#columns)) {
      const { kind, optional } = split(type);
      const value: unknown = row[name];
      if (optional && (value === null || value === undefined)) continue;
      if (!CHECKS[kind](value)) throw this.#valueError(name, type, value);
      known[name] = value;
    }
    const surplus = Object.keys(row).find((name) => !(name in this.#columns));
    if (surplus !== undefined) throw this.#valueError(surplus, "no such column", row[surplus]);
    await this.#writer.appendRow(known);
    await this.#drain();
    this.rows++;
  }

  async close(): Promise<WrittenFile> {
    await this.#writer.close();
    await this.#drain();
    return await this.#file.close();
  }

  async abort(): Promise<void> {
    await this.#file.abort();
  }

  async #drain(): Promise<void> {
    for (const bytes of this.#encoded.splice(0)) await this.#file.write(bytes);
  }

  #valueError(name: string, expected: string, value: unknown): PipelineError {
    return new PipelineError("a row does not fit its table", {
      where: `row ${this.rows}, column ${name}`,
      expected,
      got: typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : String(value),
    });
  }
}

/** The rows of a file that `RowFileWriter` wrote; what is missing is null. */
export async function readRows<C extends RowColumns>(path: string, columns: C): Promise<Row<C>[]> {
  const { ParquetReader } = parquetjs();
  const reader = await ParquetReader.openFile(path);
  try {
    const names = Object.keys(columns);
    const cursor = reader.getCursor();
    const rows: Row<C>[] = [];
    for (let record = await cursor.next(); record !== null; record = await cursor.next()) {
      const row = names.map((name) => [name, record![name] ?? null]);
      rows.push(Object.fromEntries(row) as Row<C>);
    }
    return rows;
  } finally {
    await reader.close();
  }
}

/** The rows of a file that `RowFileWriter` wrote, with the columns that it has; what is missing is null. */
export async function readAnyRows(
  path: string,
): Promise<readonly Readonly<Record<string, string | number | boolean | null>>[]> {
  const reader = await parquetjs().ParquetReader.openFile(path);
  let columns: string[];
  try {
    columns = reader.schema.fieldList.map(({ name }) => name);
  } finally {
    await reader.close();
  }
  const types = Object.fromEntries(columns.map((name) => [name, "utf8?"] as const));
  return await readRows(path, types);
}
