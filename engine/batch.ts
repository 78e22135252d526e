import type { Data, DataType } from "apache-arrow";
import { arrow } from "./arrow.ts";
import type { Columns, ColumnTypes } from "./column.ts";
import { COLUMN_CODECS } from "./column-codec.ts";
import { PipelineError } from "./error.ts";
import type { Batch } from "./table.ts";

export { utf8Data } from "./column-codec.ts";

/** What a batch is made from: raw arrays, a column each, all of one length in rows. */
export type BatchData<C extends Columns> = { readonly [K in keyof C]: ColumnTypes[C[K]]["data"] };

/** A batch's raw buffers, a column each. */
export type BatchView<C extends Columns> = { readonly [K in keyof C]: ColumnTypes[C[K]]["view"] };

/** Whatever has columns: a table as declared, or as read. */
export interface HasColumns<C extends Columns> {
  readonly columns: C;
}

/**
 * A record batch of a table, over the given arrays without copying them: do not change them before the batch
 * has been consumed. Throws a PipelineError on missing, surplus or ragged columns and on values out of range.
 */
export function makeBatch<C extends Columns>(table: HasColumns<C>, data: BatchData<C>): Batch<C> {
  const names = Object.keys(table.columns);
  const surplus = Object.keys(data).filter((name) => !(name in table.columns));
  if (surplus.length > 0) throw columnsError(names, Object.keys(data));
  const children = names.map((name) => encodeColumn(table.columns, data, name));
  const rows = children[0]?.length ?? 0;
  const ragged = children.findIndex((child) => child.length !== rows);
  if (ragged >= 0) {
    throw new PipelineError("a batch's columns differ in length", {
      where: `column ${names[ragged]}`,
      expected: `${rows} rows, as in ${names[0]}`,
      got: `${children[ragged]!.length} rows`,
    });
  }
  const { Field, makeData, RecordBatch, Schema, Struct } = arrow();
  const fields = names.map((name, index) => new Field(name, children[index]!.type, false));
  const struct = makeData({ type: new Struct(fields), length: rows, nullCount: 0, children });
  return new RecordBatch(new Schema(fields), struct) as unknown as Batch<C>;
}

function encodeColumn<C extends Columns>(columns: C, data: BatchData<C>, name: string): Data {
  const values = data[name];
  if (values === undefined) throw columnsError(Object.keys(columns), Object.keys(data));
  try {
    const codec = COLUMN_CODECS[columns[name]!] as { encode(data: unknown): Data };
    return codec.encode(values);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    throw new PipelineError(error.message, { ...error.details, where: `column ${name}` });
  }
}

/**
 * Typed views over a batch's buffers, right for sliced batches too. A column that was not read (a projection)
 * throws when it is touched. Throws a PipelineError where a column's type is not the table's.
 */
export function viewBatch<C extends Columns>(table: HasColumns<C>, batch: Batch<C>): BatchView<C> {
  const view = {};
  const fields = batch.schema.fields as readonly { name: string; type: DataType }[];
  for (const [name, type] of Object.entries(table.columns)) {
    const index = fields.findIndex((candidate) => candidate.name === name);
    if (index < 0) {
      Object.defineProperty(view, name, { get: () => throwUnread(name) });
      continue;
    }
    const data: Data = batch.data.children[index]!;
    checkColumn(name, COLUMN_CODECS[type].arrow(), data);
    Object.defineProperty(view, name, { enumerable: true, value: COLUMN_CODECS[type].view(data) });
  }
  return view as BatchView<C>;
}

/** Throws a PipelineError unless `value` is a batch with every column of the table and no other. */
export function checkBatch<C extends Columns>(
  table: HasColumns<C>,
  value: unknown,
): asserts value is Batch<C> {
  const batch = value as Batch<C> | undefined;
  // A batch that was posted between threads arrives as plain data, without its rows' count.
  if (typeof batch?.numRows !== "number" || !Array.isArray(batch.schema?.fields)) {
    throw new PipelineError("a table is yielded as record batches", {
      expected: "a batch, as makeBatch gives",
      got: Array.isArray(value) ? "an array" : typeof value,
    });
  }
  const expected = Object.keys(table.columns);
  const got = batch.schema.fields.map((field) => String(field.name));
  if (expected.join() !== got.join()) throw columnsError(expected, got);
}

function checkColumn(name: string, expected: DataType, data: Data): void {
  if (String(data.type) === String(expected) && data.nullCount === 0) return;
  throw new PipelineError("a column is not of its table's type", {
    where: `column ${name}`,
    expected: `${expected}, without nulls`,
    got: `${data.type}${data.nullCount > 0 ? `, ${data.nullCount} nulls` : ""}`,
  });
}

function throwUnread(name: string): never {
  throw new Error(`column ${name} was not read: name it in batches([...])`);
}

function columnsError(expected: readonly string[], got: readonly string[]): PipelineError {
  return new PipelineError("a batch's columns are not its table's", {
    expected: expected.join(", "),
    got: got.join(", "),
  });
}
