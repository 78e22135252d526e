import type { Table } from "apache-arrow";
import { PipelineError } from "../../../engine/index.ts";
import { ParquetThread } from "../../parquet-file/thread.ts";
import { type Asked, type FileRow, type FileRows, placesOf } from "./rows.ts";

const BATCH_ROWS = 4096;

/** Parquet, as pandas, Polars or Hugging Face's datasets write it; the last say what their labels' numbers mean. */
export async function readParquet(path: string, asked: Asked): Promise<FileRows> {
  const { tableFromIPC } = await import("apache-arrow");
  const { task, file } = asked;
  const thread = new ParquetThread();
  try {
    const { schema } = tableFromIPC((await thread.open(path)).schema);
    const names = schema.fields.map(({ name }) => name);
    const columns = placesOf(asked, names).map((place) => names[place]!);
    const rows: FileRow[] = [];
    for await (const bytes of thread.read([...new Set(columns)], BATCH_ROWS)) {
      const table: Table = tableFromIPC(bytes);
      const vectors = columns.map((name) => table.getChild(name)!);
      for (let row = 0; row < table.numRows; row++) {
        rows.push({ line: rows.length + 1, values: vectors.map((vector) => vector.get(row)) });
      }
    }
    const label = asked.labelAt === undefined ? undefined : columns[asked.labelAt];
    const labelNames = label && classNames(schema.metadata.get("huggingface"), label);
    return { unit: "row", rows, ...(labelNames && { labelNames }) };
  } catch (cause) {
    if (cause instanceof PipelineError) throw cause;
    throw new PipelineError(`${task}: ${file} cannot be read as Parquet`, {
      where: file,
      expected: "a whole Parquet file, not encrypted",
      got: cause instanceof Error ? cause.message : String(cause),
      hint: "check that it was not cut off",
      cause,
    });
  } finally {
    await thread.close();
  }
}

/** The names of a ClassLabel, from what Hugging Face's datasets write into a schema's metadata. */
function classNames(metadata: string | undefined, column: string): readonly string[] | undefined {
  if (metadata === undefined) return undefined;
  try {
    const names: unknown = JSON.parse(metadata)?.info?.features?.[column]?.names;
    const all = Array.isArray(names) && names.every((name) => typeof name === "string");
    return all ? names : undefined;
  } catch {
    // Of another form than datasets write it: then nothing is known of the labels.
    return undefined;
  }
}
