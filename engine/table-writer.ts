import { join } from "node:path";
import type { Part } from "./artifact.ts";
import { type BatchView, checkBatch, viewBatch } from "./batch.ts";
import { BatchBuffer } from "./batch-buffer.ts";
import type { Utf8View } from "./column.ts";
import { ParquetWriter } from "./parquet.ts";
import { hashKey, PartBorder } from "./part-border.ts";
import type { Batch, Table } from "./table.ts";

/** The name of a table's part: `part-00000.parquet`. */
export function partName(index: number): string {
  return `part-${String(index).padStart(5, "0")}.parquet`;
}

/** Writes one table of a partition as parts, cut between the keys of its `cutBy` column. */
export class TableWriter {
  readonly #folder: string;
  readonly #name: string;
  readonly #table: Table;
  readonly #border: PartBorder;
  readonly #buffer: BatchBuffer<Table["columns"]>;
  readonly #parts: Part[] = [];
  #writer: ParquetWriter<Table["columns"]> | undefined;
  /** The key of the last row, and the bytes of its rows so far. */
  #key: Buffer | undefined;
  #keyBytes = 0;

  constructor(folder: string, name: string, table: Table, targetBytes: number) {
    this.#folder = folder;
    this.#name = name;
    this.#table = table;
    this.#border = new PartBorder(targetBytes);
    this.#buffer = new BatchBuffer(table);
  }

  /** Throws a PipelineError unless it is given a batch of the table. */
  async write(batch: unknown): Promise<void> {
    checkBatch(this.#table, batch);
    let start = 0;
    for (const border of this.#borders(batch)) {
      await this.#append(batch, start, border);
      await this.#endPart();
      start = border;
    }
    await this.#append(batch, start, batch.numRows);
  }

  /** Ends the last part. A table without rows has one part without rows. */
  async finish(): Promise<Part[]> {
    if (this.#parts.length === 0 && this.#writer === undefined) await this.#open();
    if (this.#writer !== undefined) await this.#endPart();
    return this.#parts;
  }

  async abort(): Promise<void> {
    await this.#writer?.abort();
  }

  /** The rows of a batch before which a part ends, ascending; 0 where it ends with the batch before. */
  #borders(batch: Batch): number[] {
    const { cutBy } = this.#table;
    if (cutBy === undefined) return [];
    const view = viewBatch(this.#table, batch);
    const keys = view[cutBy] as Utf8View;
    const borders: number[] = [];
    let start = 0;
    for (let row = 0; row < batch.numRows; row++) {
      const key = keyBytes(keys, row);
      if (this.#key?.equals(key)) continue;
      if (this.#key !== undefined && this.#endsBefore(view, start, row)) borders.push(row);
      // A copy: the batch's buffers are its maker's again once it is written.
      this.#key = Buffer.from(key);
      start = row;
    }
    this.#keyBytes += this.#buffer.size(view, start, batch.numRows);
    return borders;
  }

  #endsBefore(view: BatchView<Table["columns"]>, start: number, row: number): boolean {
    const bytes = this.#keyBytes + this.#buffer.size(view, start, row);
    this.#keyBytes = 0;
    return this.#border.endsAfter(hashKey(this.#key!), bytes);
  }

  async #append(batch: Batch, from: number, to: number): Promise<void> {
    if (from === to) return;
    const writer = this.#writer ?? (await this.#open());
    await writer.write(batch, from, to);
  }

  async #open(): Promise<ParquetWriter<Table["columns"]>> {
    const path = join(this.#folder, this.#name, partName(this.#parts.length));
    this.#writer = await ParquetWriter.create(path, this.#table, this.#buffer);
    return this.#writer;
  }

  async #endPart(): Promise<void> {
    const writer = this.#writer!;
    const written = await writer.close();
    this.#writer = undefined;
    const file = `${this.#name}/${partName(this.#parts.length)}`;
    this.#parts.push({ file, rows: writer.rows, ...written });
  }
}

/** A row's key as bytes of the batch, not copied. */
function keyBytes({ bytes, offsets }: Utf8View, row: number): Buffer {
  const start = offsets[row]!;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, offsets[row + 1]! - start);
}
