import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** What DuckDB, which shares no code with ours, makes of a Parquet file. */
export interface ReadByDuckDB {
  /** Type by column, in order. */
  readonly types: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

let connection: Promise<DuckDBConnection> | undefined;

async function connected(): Promise<DuckDBConnection> {
  connection ??= DuckDBInstance.create().then((instance) => instance.connect());
  return connection;
}

/** Runs statements that end in `;` one after another, and gives each one's rows. */
export async function askDuckDB(script: string) {
  const duckdb = await connected();
  const answers: (readonly Readonly<Record<string, unknown>>[])[] = [];
  for (const statement of script.split(";").filter((text) => text.trim() !== ""))
    answers.push((await duckdb.runAndReadAll(statement)).getRowObjects());
  return answers;
}

/** Reads Parquet files (a path or a glob) with DuckDB; `query` may filter or order the view `file`. */
export async function readByDuckDB(path: string, query = "from file"): Promise<ReadByDuckDB> {
  const duckdb = await connected();
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
