import { type Batch, makeBatch, utf8Data } from "../../engine/index.ts";
import type { Rejected } from "./rejections.ts";
import { documents, rejected } from "./tables.ts";

/** A row of the table `documents`. */
export interface DocumentRow {
  readonly key: string;
  readonly source: string;
  readonly title: string;
  readonly language: string;
  readonly split: string;
  readonly repeats: number;
  readonly sentences: readonly string[];
  readonly paragraphStarts: readonly number[];
}

export function documentBatch(rows: readonly DocumentRow[]): Batch<(typeof documents)["columns"]> {
  return makeBatch(documents, {
    document_key: rows.map(({ key }) => key),
    source: rows.map(({ source }) => source),
    title: rows.map(({ title }) => title),
    language: rows.map(({ language }) => language),
    split: rows.map(({ split }) => split),
    repeats: Int32Array.from(rows, ({ repeats }) => repeats),
    sentences: {
      offsets: offsetsOf(rows.map(({ sentences }) => sentences.length)),
      values: utf8Data(rows.flatMap(({ sentences }) => sentences)),
    },
    paragraph_starts: {
      offsets: offsetsOf(rows.map(({ paragraphStarts }) => paragraphStarts.length)),
      values: Int32Array.from(rows.flatMap(({ paragraphStarts }) => paragraphStarts)),
    },
  });
}

export function rejectedBatch(rows: readonly Rejected[]): Batch<(typeof rejected)["columns"]> {
  return makeBatch(rejected, {
    source: rows.map(({ source }) => source),
    line: BigInt64Array.from(rows, ({ line }) => BigInt(line)),
    reason: rows.map(({ reason }) => reason),
    excerpt: rows.map(({ excerpt }) => excerpt),
  });
}

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  for (let row = 0; row < lengths.length; row++) offsets[row + 1] = offsets[row]! + lengths[row]!;
  return offsets;
}
