import {
  type Batch,
  type Columns,
  type InputTable,
  type ListData,
  type Utf8View,
  viewBatch,
} from "../../engine/index.ts";

export type Value = string | number | bigint | boolean | readonly (string | number)[];
export type TableRow = Readonly<Record<string, Value>>;

/** The first `count` rows of a table as plain values. */
export async function firstRows(table: InputTable<Columns>, count: number): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const batch of table.batches()) {
    const read = rowReader(table.columns, batch);
    for (let row = 0; row < batch.numRows && rows.length < count; row++) rows.push(read(row));
    if (rows.length >= count) break;
  }
  return rows;
}

/** Reads any row of a batch as plain values. */
function rowReader(columns: Columns, batch: Batch): (row: number) => TableRow {
  const view: Record<string, unknown> = viewBatch({ columns }, batch);
  return (row) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, type]) => [name, valueAt(type, view[name], row)]),
    );
}

function valueAt(type: Columns[string], view: unknown, row: number): Value {
  switch (type) {
    case "utf8":
      return (view as Utf8View).get(row);
    case "bool":
      return (view as Uint8Array)[row] === 1;
    case "list<utf8>": {
      const { offsets, values } = view as ListData<Utf8View>;
      return range(offsets[row]!, offsets[row + 1]!).map((index) => values.get(index));
    }
    case "list<int32>":
    case "list<uint8>":
    case "list<float32>": {
      const { offsets, values } = view as ListData<Int32Array | Uint8Array | Float32Array>;
      return Array.from(values.subarray(offsets[row]!, offsets[row + 1]!));
    }
    default:
      return (view as Int32Array | BigInt64Array)[row]!;
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
