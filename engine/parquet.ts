import { openAsBlob } from "node:fs";
import type { ParquetFile, RecordBatch as WasmBatch, WriterProperties } from "parquet-wasm";
import { arrow } from "./arrow.ts";
import { type HasColumns, viewBatch } from "./batch.ts";
import { BatchBuffer } from "./batch-buffer.ts";
import type { Columns } from "./column.ts";
import { HashedFile, type WrittenFile } from "./hashed-file.ts";
import type { Batch } from "./table.ts";

/** Arrow bytes that are handed to the encoder at once: bounds memory, and fixes page borders by content. */
const CHUNK_BYTES = 4 * 2 ** 20;
/** Encoded bytes of a row group, the unit in which a file is written and read. */
const ROW_GROUP_BYTES = 16 * 2 ** 20;
/** Decoded bytes aimed at in a batch that is read, and its most rows. */
const READ_BYTES = 4 * 2 ** 20;
const READ_ROWS = 8192;

/**
 * Writes one table's batches to a Parquet file (zstd), row group by row group in bounded memory. The bytes
 * depend on the rows alone, not on how they were batched.
 */
export class ParquetWriter<C extends Columns> {
  readonly #table: HasColumns<C>;
  readonly #file: HashedFile;
  readonly #buffer: BatchBuffer<C>;
  readonly #input: WritableStreamDefaultWriter<WasmBatch>;
  readonly #output: Promise<void>;
  #chunks = 0;
  rows = 0;

  private constructor(
    table: HasColumns<C>,
    file: HashedFile,
    buffer: BatchBuffer<C>,
    input: WritableStream<WasmBatch>,
    output: Promise<void>,
  ) {
    this.#table = table;
    this.#file = file;
    this.#buffer = buffer;
    this.#input = input.getWriter();
    this.#output = output;
    // Both are awaited with the next write; a failure in between is not an unhandled one.
    this.#output.catch(() => {});
    this.#input.closed.catch(() => {});
  }

  /** @param buffer an empty one, which writers of one table may use one after another */
  static async create<C extends Columns>(
    path: string,
    table: HasColumns<C>,
    buffer = new BatchBuffer(table),
  ): Promise<ParquetWriter<C>> {
    const { transformParquetStream } = await import("parquet-wasm");
    const file = await HashedFile.create(path);
    const properties = await writerProperties(table.columns);
    const { readable, writable } = new TransformStream<WasmBatch, WasmBatch>();
    // Not awaited here: it resolves when it has seen the first batch.
    const encoded = transformParquetStream(readable, properties);
    return new ParquetWriter(table, file, buffer, writable, pump(encoded, file));
  }

  /** Appends rows [from, to) of a batch, which has all of the table's columns. */
  async write(batch: Batch<C>, from = 0, to: number = batch.numRows): Promise<void> {
    const view = viewBatch(this.#table, batch);
    for (let row = from; row < to; ) {
      const end = this.#buffer.reach(view, row, to, CHUNK_BYTES - this.#buffer.bytes);
      this.#buffer.append(view, row, end);
      row = end;
      if (this.#buffer.bytes >= CHUNK_BYTES) await this.#encode();
    }
    this.rows += to - from;
  }

  /** Ends the file, which may have no rows, and flushes it to the disk. */
  async close(): Promise<WrittenFile> {
    if (this.#buffer.rows > 0 || this.#chunks === 0) await this.#encode();
    await Promise.race([this.#input.close(), this.#output]);
    await this.#output;
    return await this.#file.close();
  }

  /** Gives the file up, leaving what was written of it. */
  async abort(): Promise<void> {
    await this.#input.abort().catch(() => {});
    await this.#output.catch(() => {});
    await this.#file.abort();
  }

  async #encode(): Promise<void> {
    const { Table: WasmTable } = await import("parquet-wasm");
    const { Table, tableToIPC } = arrow();
    const table = WasmTable.fromIPCStream(tableToIPC(new Table([this.#buffer.take()]), "stream"));
    const batches = table.recordBatches();
    table.free();
    this.#chunks++;
    // The encoder frees the batches; a failed write to the file must not leave us waiting for it to take them.
    for (const batch of batches) await Promise.race([this.#input.write(batch), this.#output]);
  }
}

/**
 * Lists, of ids or of text, get neither statistics, by which no reader skips, nor a dictionary: with both, writing
 * examples takes more than twice the time, for files that are a seventh smaller. What is said of one column reaches
 * flat ones only (the encoder looks nested ones up by names that they do not have), so lists are as the file is.
 */
async function writerProperties(columns: Columns): Promise<WriterProperties> {
  const { Compression, EnabledStatistics, WriterPropertiesBuilder } = await import("parquet-wasm");
  let builder = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupBytes(ROW_GROUP_BYTES)
    .setStatisticsEnabled(EnabledStatistics.None)
    .setDictionaryEnabled(false);
  for (const [name, type] of Object.entries(columns)) {
    if (type.startsWith("list")) continue;
    builder = builder
      .setColumnStatisticsEnabled(name, EnabledStatistics.Chunk)
      .setColumnDictionaryEnabled(name, true);
  }
  return builder.build();
}

async function pump(encoded: Promise<ReadableStream>, file: HashedFile): Promise<void> {
  for await (const bytes of (await encoded) as ReadableStream<Uint8Array>) await file.write(bytes);
}

/** The batches of a Parquet file in order, in bounded memory; naming columns reads only those. */
export async function* readParquet<C extends Columns>(
  path: string,
  columns?: readonly (keyof C & string)[],
): AsyncGenerator<Batch<C>> {
  const parquet = await import("parquet-wasm");
  const file = await parquet.ParquetFile.fromFile(await openAsBlob(path));
  try {
    const stream = (await file.stream({
      batchSize: batchRows(file),
      ...(columns === undefined ? {} : { columns: [...columns] }),
    })) as ReadableStream<WasmBatch>;
    for await (const encoded of stream) {
      // intoIPCStream gives the batch's wasm memory back.
      yield* arrow().tableFromIPC(encoded.intoIPCStream()).batches as unknown as Batch<C>[];
    }
  } finally {
    file.free();
  }
}

/** Rows of a batch that is to be read, from the mean size of the file's rows. */
function batchRows(file: ParquetFile): number {
  let rows = 0;
  let bytes = 0;
  const metadata = file.metadata();
  for (const group of metadata.rowGroups()) {
    rows += group.numRows();
    bytes += group.totalByteSize();
    group.free();
  }
  metadata.free();
  if (rows === 0) return READ_ROWS;
  return Math.max(1, Math.min(READ_ROWS, Math.floor((READ_BYTES * rows) / bytes)));
}
