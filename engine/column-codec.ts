import type { Data, DataType } from "apache-arrow";
import { arrow } from "./arrow.ts";
import type { ColumnType, ColumnTypes, ListData, Utf8Data, Utf8View } from "./column.ts";
import { PipelineError } from "./error.ts";

/** How one column type goes into Arrow and comes out of it. */
interface ColumnCodec<T extends ColumnType> {
  arrow(): ColumnTypes[T]["arrow"];
  /** The data as Arrow holds it, without copying typed arrays of the right class. */
  encode(data: ColumnTypes[T]["data"]): Data;
  /** Raw buffers of an Arrow column, rebased where the column is a slice. */
  view(data: Data): ColumnTypes[T]["view"];
}

/** Text as Arrow holds it, decoded a row at a time. */
class Utf8Rows implements Utf8View {
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly #buffer: Buffer;

  constructor({ offsets, bytes }: Utf8Data) {
    this.offsets = offsets;
    this.bytes = bytes;
    this.length = offsets.length - 1;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get(row: number): string {
    if (!(row >= 0 && row < this.length)) throw new RangeError(`row ${row} of ${this.length}`);
    return this.#buffer.toString("utf8", this.offsets[row]!, this.offsets[row + 1]!);
  }
}

/** The UTF-8 bytes of `strings`, end to end; a lone surrogate becomes U+FFFD. */
export function utf8Data(strings: readonly string[]): Utf8Data {
  const offsets = new Int32Array(strings.length + 1);
  let length = 0;
  for (let row = 0; row < strings.length; row++) {
    length += Buffer.byteLength(strings[row]!);
    if (length > 0x7fffffff) throw new RangeError("more than 2 GB of text in one batch");
    offsets[row + 1] = length;
  }
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let row = 0; row < strings.length; row++) bytes.write(strings[row]!, offsets[row]!);
  return { offsets, bytes: new Uint8Array(bytes.buffer, 0, length) };
}

function field(name: string, type: DataType) {
  return new (arrow().Field)(name, type, false);
}

function checkOffsets(offsets: Int32Array, values: number): void {
  let last = offsets[0];
  if (last === undefined || last < 0) {
    throw new PipelineError("offsets must begin with a number that is not negative", {
      got: String(last),
    });
  }
  for (let row = 1; row < offsets.length; row++) {
    const next = offsets[row]!;
    if (next < last) {
      throw new PipelineError("offsets must ascend", { got: `${last}, ${next} at row ${row - 1}` });
    }
    last = next;
  }
  if (last > values) {
    throw new PipelineError("offsets reach beyond the values", {
      expected: `at most ${values}`,
      got: String(last),
    });
  }
}

/** Offsets of `data`'s rows; Arrow leaves them out where there are no rows. */
function offsetsOf(data: Data): Int32Array {
  return data.length === 0 ? new Int32Array(1) : data.valueOffsets.subarray(0, data.length + 1);
}

type NumericType = "int8" | "uint8" | "int32" | "int64" | "float32" | "float64";
type NumericArray<T extends NumericType> = ColumnTypes[T]["view"];

function numeric<T extends NumericType>(
  type: () => ColumnTypes[T]["arrow"],
  ArrayType: { new (length: number): NumericArray<T> },
  integer: boolean,
): ColumnCodec<T> {
  const toArray = (data: ArrayLike<number | bigint>): NumericArray<T> => {
    if (data instanceof ArrayType) return data;
    const values = new ArrayType(data.length) as { [row: number]: number | bigint };
    for (let row = 0; row < data.length; row++) {
      values[row] = data[row]!;
      if (integer && values[row] !== data[row]) {
        throw new PipelineError(`a value does not fit its column's type`, {
          expected: ArrayType.name.replace(/(Big)?(.*)Array/, "$2").toLowerCase(),
          got: `${data[row]} in row ${row}`,
        });
      }
    }
    return values as NumericArray<T>;
  };
  return {
    arrow: type,
    encode(data) {
      const values = toArray(data as ArrayLike<number | bigint>);
      return new (arrow().Data)(type(), 0, values.length, 0, [undefined, values]);
    },
    view: (data) => data.values.subarray(0, data.length),
  };
}

const utf8: ColumnCodec<"utf8"> = {
  arrow: () => new (arrow().Utf8)(),
  encode(data) {
    const { offsets, bytes } = "offsets" in data ? data : utf8Data(data);
    checkOffsets(offsets, bytes.length);
    return arrow().makeData({
      type: utf8.arrow(),
      length: offsets.length - 1,
      nullCount: 0,
      valueOffsets: offsets,
      data: bytes,
    });
  },
  view: (data) => new Utf8Rows({ offsets: offsetsOf(data), bytes: data.values }),
};

const bool: ColumnCodec<"bool"> = {
  arrow: () => new (arrow().Bool)(),
  encode(data) {
    const bits = new Uint8Array((data.length + 7) >> 3);
    for (let row = 0; row < data.length; row++) {
      if (data[row]) bits[row >> 3] = bits[row >> 3]! | (1 << (row & 7));
    }
    return arrow().makeData({ type: bool.arrow(), length: data.length, nullCount: 0, data: bits });
  },
  view(data) {
    const values = new Uint8Array(data.length);
    for (let row = 0; row < data.length; row++) {
      const bit = data.offset + row;
      values[row] = (data.values[bit >> 3] >> (bit & 7)) & 1;
    }
    return values;
  },
};

type ListType = "list<int32>" | "list<uint8>" | "list<float32>" | "list<utf8>";

function list<T extends ListType, E extends ColumnType>(element: ColumnCodec<E>): ColumnCodec<T> {
  const type = () => new (arrow().List)(field("element", element.arrow()));
  return {
    arrow: type as () => ColumnTypes[T]["arrow"],
    encode(data: ListData<unknown>) {
      const child = element.encode(data.values as ColumnTypes[E]["data"]);
      checkOffsets(data.offsets, child.length);
      return arrow().makeData({
        type: type(),
        length: data.offsets.length - 1,
        nullCount: 0,
        valueOffsets: data.offsets,
        child,
      });
    },
    view: (data) =>
      ({
        offsets: offsetsOf(data),
        values: element.view(data.children[0]!),
      }) as ColumnTypes[T]["view"],
  };
}

const int32 = numeric<"int32">(() => new (arrow().Int32)(), Int32Array, true);
const uint8 = numeric<"uint8">(() => new (arrow().Uint8)(), Uint8Array, true);
const float32 = numeric<"float32">(() => new (arrow().Float32)(), Float32Array, false);

/** Every column type's codec. */
export const COLUMN_CODECS: { readonly [T in ColumnType]: ColumnCodec<T> } = {
  utf8,
  bool,
  int8: numeric<"int8">(() => new (arrow().Int8)(), Int8Array, true),
  uint8,
  int32,
  int64: numeric<"int64">(() => new (arrow().Int64)(), BigInt64Array, true),
  float32,
  float64: numeric<"float64">(() => new (arrow().Float64)(), Float64Array, false),
  "list<int32>": list<"list<int32>", "int32">(int32),
  "list<uint8>": list<"list<uint8>", "uint8">(uint8),
  "list<float32>": list<"list<float32>", "float32">(float32),
  "list<utf8>": list<"list<utf8>", "utf8">(utf8),
};
