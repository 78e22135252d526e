import { stat } from "node:fs/promises";
import type { Field, Struct, Table, Vector } from "apache-arrow";
import { PipelineError } from "../../../engine/index.ts";
import { ParquetThread } from "../../parquet-file/thread.ts";
import { paragraphsOf } from "../paragraphs.ts";
import type { RawDocument, Reader } from "../reader.ts";
import type { SourceOf } from "../sources.ts";
import { BrokenRecord, documentOf, keyOf, labelOf } from "./record.ts";

/** Decoded bytes aimed at in a batch of rows, and its most rows. */
const BATCH_BYTES = 4 << 20;
const BATCH_ROWS = 1024;

/** Parquet: a document a row; only the columns that are asked for are read, a row group at a time. */
export const readParquet: Reader<"parquet"> = async function* (input, source) {
  const { path, where, cleaned, signal } = input;
  if (path === undefined) throw needsRandomAccess(where);
  const { size } = await stat(path);
  let row = 0;
  for await (const { table, rows } of tablesOf(path, where, source, signal)) {
    const columns = columnsOf(table, source);
    const finished: RawDocument[] = [];
    for (let index = 0; index < table.numRows; index++) {
      row++;
      try {
        finished.push(documentIn(columns, index, row, source, cleaned));
      } catch (error) {
        if (!(error instanceof BrokenRecord)) throw error;
        input.reject(row, error.message, "");
      }
    }
    input.onRead?.((size * table.numRows) / rows);
    yield finished;
  }
};

/** A file's rows as Arrow tables, and how many there are in all. Throws a PipelineError where it is damaged or lacks a column. */
async function* tablesOf(
  path: string,
  where: string,
  source: SourceOf<"parquet">,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly table: Table; readonly rows: number }> {
  const { tableFromIPC } = await import("apache-arrow");
  const thread = new ParquetThread(signal);
  try {
    const { schema, rows, bytes } = await thread.open(path);
    const { fields } = tableFromIPC(schema).schema;
    const columns = pathsOf(source).map((column) => placeOf(fields, column, where).join("."));
    const batches = thread.read([...new Set(columns)], batchRows(rows, bytes));
    for await (const batch of batches) yield { table: tableFromIPC(batch), rows };
  } catch (cause) {
    if (cause instanceof PipelineError || signal?.aborted === true) throw cause;
    throw new PipelineError(`${where} cannot be read as Parquet`, {
      where,
      expected: "a whole Parquet file, not encrypted",
      got: cause instanceof Error ? cause.message : String(cause),
      hint: "check that it was not cut off; a file of another format needs another kind of source",
      cause,
    });
  } finally {
    await thread.close();
  }
}

/** How many rows make a batch, by their mean size. */
function batchRows(rows: number, bytes: number): number {
  if (!(rows > 0 && bytes > 0)) return BATCH_ROWS;
  return Math.max(1, Math.min(BATCH_ROWS, Math.floor((BATCH_BYTES * rows) / bytes)));
}

function pathsOf(source: SourceOf<"parquet">): readonly string[] {
  const { textColumns, keyColumn, titleColumn, languageColumn } = source;
  const others = [keyColumn, titleColumn, languageColumn].filter((path) => path !== undefined);
  return [...[textColumns].flat(), ...others];
}

/** The names of the column and of the structs around it, from the outermost. */
function placeOf(fields: readonly Field[], path: string, where: string): readonly string[] {
  const place = within(fields, path);
  if (place !== undefined) return place;
  throw new PipelineError(`there is no column ${path}`, {
    where,
    expected: `one of ${fields.map(({ name }) => name).join(", ")}`,
    got: path,
    hint: "a column of a struct is the struct's name, a dot and its own",
  });
}

function within(fields: readonly Field[], path: string): readonly string[] | undefined {
  if (fields.some(({ name }) => name === path)) return [path];
  for (const { name, type } of fields) {
    if (!path.startsWith(`${name}.`) || type.children === null) continue;
    const rest = within((type as Struct).children, path.slice(name.length + 1));
    if (rest !== undefined) return [name, ...rest];
  }
  return undefined;
}

/** The columns that are read, in their order; `undefined` where the source asks for none. */
interface ReadColumns {
  readonly texts: readonly NamedVector[];
  readonly key: NamedVector | undefined;
  readonly title: NamedVector | undefined;
  readonly language: NamedVector | undefined;
}

interface NamedVector {
  readonly name: string;
  readonly vector: Vector;
}

function columnsOf(table: Table, source: SourceOf<"parquet">): ReadColumns {
  const named = (name: string): NamedVector => {
    const [first, ...rest] = within(table.schema.fields, name)!;
    let vector: Vector = table.getChild(first!)!;
    for (const child of rest) vector = vector.getChild(child)!;
    return { name, vector };
  };
  const optional = (name: string | undefined) => (name === undefined ? undefined : named(name));
  return {
    texts: [source.textColumns].flat().map(named),
    key: optional(source.keyColumn),
    title: optional(source.titleColumn),
    language: optional(source.languageColumn),
  };
}

function documentIn(
  { texts, key, title, language }: ReadColumns,
  index: number,
  row: number,
  { paragraphs }: SourceOf<"parquet">,
  cleaned: (line: string) => string,
): RawDocument {
  const blocks = texts.flatMap((column) => {
    const text = cellOf(column, index);
    if (text === null) throw new BrokenRecord(`${column.name} is null`);
    if (typeof text !== "string") throw new BrokenRecord(`${column.name} is no text`);
    return paragraphsOf(text, paragraphs, cleaned);
  });
  const label = (column: NamedVector | undefined) =>
    column === undefined ? undefined : labelOf(cellOf(column, index), column.name);
  const givenKey = key === undefined ? undefined : keyOf(cellOf(key, index), key.name);
  return documentOf(
    row,
    blocks,
    { givenKey, title: label(title), language: label(language) },
    cleaned,
  );
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** A row's value; bytes, which is how some writers put strings, as text. */
function cellOf({ name, vector }: NamedVector, index: number): unknown {
  const value: unknown = vector.get(index);
  if (!(value instanceof Uint8Array)) return value;
  try {
    return UTF8.decode(value);
  } catch {
    throw new BrokenRecord(`${name} is not valid UTF-8`);
  }
}

function needsRandomAccess(where: string): PipelineError {
  return new PipelineError(`${where} is Parquet within another file`, {
    where,
    expected: "a Parquet file as it is: its columns are read here and there",
    got: "one in an archive or compressed as a whole",
    hint: "unpack it first; Parquet is compressed inside",
  });
}
