import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** What DuckDB, which shares no code with ours, makes of a Parquet file. */
export interface ReadByDuckDB {
  /** Type by column, in order. */
  readonly types: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

let connection: Promise<DuckDBConnection> | undefined;

/** Reads Parquet files (a path or a glob) with DuckDB; `query` may filter or order the view `file`. */
export async function readByDuckDB(path: string, query = "from file"): Promise<ReadByDuckDB> {
  connection ??= DuckDBInstance.create().then((instance) => instance.connect());
  const duckdb = await connection;
  await duckdb.run(
    `create or replace view file as from read_parquet('${path.replaceAll("'", "''")}')`,
  );
  const reader = await duckdb.runAndReadAll(query);
  const types = reader.columnNames().map((name, i) => [name, String(reader.columnType(i))]);
  const rows = reader
    .getRowObjects()
    .map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
    );
  return { types: Object.fromEntries(types), rows };
}

/** Lists come wrapped. */
function plain(value: unknown): unknown {
  return value !== null && typeof value === "object" && "items" in value ? value.items : value;
}
