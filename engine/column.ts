import type {
  Bool,
  DataType,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  List,
  Uint8,
  Utf8,
} from "apache-arrow";

/** The column types a stage may put on disk: few enough that every reader of Parquet knows them all. */
export interface ColumnTypes {
  utf8: { arrow: Utf8; view: Utf8View; data: readonly string[] | Utf8Data };
  bool: { arrow: Bool; view: Uint8Array; data: readonly boolean[] | Uint8Array };
  int8: { arrow: Int8; view: Int8Array; data: readonly number[] | Int8Array };
  uint8: { arrow: Uint8; view: Uint8Array; data: readonly number[] | Uint8Array };
  int32: { arrow: Int32; view: Int32Array; data: readonly number[] | Int32Array };
  int64: { arrow: Int64; view: BigInt64Array; data: readonly bigint[] | BigInt64Array };
  float32: { arrow: Float32; view: Float32Array; data: readonly number[] | Float32Array };
  float64: { arrow: Float64; view: Float64Array; data: readonly number[] | Float64Array };
  "list<int32>": { arrow: List<Int32>; view: ListData<Int32Array>; data: ListData<Int32Array> };
  "list<uint8>": { arrow: List<Uint8>; view: ListData<Uint8Array>; data: ListData<Uint8Array> };
  "list<float32>": {
    arrow: List<Float32>;
    view: ListData<Float32Array>;
    data: ListData<Float32Array>;
  };
  "list<utf8>": { arrow: List<Utf8>; view: ListData<Utf8View>; data: ListData<Utf8Data> };
}

export type ColumnType = keyof ColumnTypes;

/** A table's columns, by name, in the order in which they stand on disk. */
export type Columns = Readonly<Record<string, ColumnType>>;

/** Text of `offsets.length - 1` rows: row i is the UTF-8 bytes from offsets[i] to offsets[i + 1]. */
export interface Utf8Data {
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
}

/** The same, read from a batch; `get` decodes one row. */
export interface Utf8View extends Utf8Data {
  readonly length: number;
  get(row: number): string;
}

/** Lists of `offsets.length - 1` rows: row i is `values` from offsets[i] to offsets[i + 1]; offsets[0] need not be 0. */
export interface ListData<V> {
  readonly offsets: Int32Array;
  readonly values: V;
}

/** What Arrow calls each column. */
export type ArrowTypes<C extends Columns> = {
  [K in keyof C]: ColumnTypes[C[K]]["arrow"] & DataType;
};
