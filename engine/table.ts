import type { RecordBatch } from "apache-arrow";
import type { ArrowTypes, Columns } from "./column.ts";

/** A table of Arrow record batches, kept as zstd Parquet parts: for data. */
export interface Table<C extends Columns = Columns> {
  readonly kind: "table";
  readonly columns: C;
  /**
   * The utf8 column whose value decides where one part ends and the next begins (content-defined: a row
   * that is added or removed moves only the borders next to it). Rows of equal value stay together.
   * Without it a table has one part for each partition of its node.
   */
  readonly cutBy: (keyof C & string) | undefined;
  /** What to say when a node that writes it ends without a single row; without it an empty table is one like others. */
  readonly nonEmpty: string | undefined;
}

/** A table of few rows that trickle in (a curve, scores): rows are plain objects and each is also an event. */
export interface RowTable<C extends RowColumns = RowColumns> {
  readonly kind: "rows";
  readonly columns: C;
}

/** A folder of files that are not tables (a checkpoint, TSV files): written by the stage, hashed whole. */
export interface Folder {
  readonly kind: "folder";
}

export type Output = Table | RowTable | Folder;
export type Outputs = Readonly<Record<string, Output>>;

export type RowColumnType = "utf8" | "int32" | "float64" | "bool" | "utf8?" | "int32?" | "float64?";
export type RowColumns = Readonly<Record<string, RowColumnType>>;

interface RowValues {
  utf8: string;
  int32: number;
  float64: number;
  bool: boolean;
  "utf8?": string | null;
  "int32?": number | null;
  "float64?": number | null;
}

/** One row of a `RowTable`. */
export type Row<C extends RowColumns> = { readonly [K in keyof C]: RowValues[C[K]] };

/** One Arrow record batch of a `Table`. */
export type Batch<C extends Columns = Columns> = RecordBatch<ArrowTypes<C>>;

/** Declares a data table. */
export function table<const C extends Columns>(
  columns: C,
  options: { readonly cutBy?: keyof C & string; readonly nonEmpty?: string } = {},
): Table<C> {
  return { kind: "table", columns, cutBy: options.cutBy, nonEmpty: options.nonEmpty };
}

/** Declares a table of few rows. */
export function rowTable<const C extends RowColumns>(columns: C): RowTable<C> {
  return { kind: "rows", columns };
}

/** Declares a folder output. */
export function folder(): Folder {
  return { kind: "folder" };
}
