import { join } from "node:path";
import type { Artifact, Part } from "./artifact.ts";
import { readParquet } from "./parquet.ts";
import { readAnyRows } from "./row-file.ts";
import { checkPart, corruptionError } from "./verify.ts";

export type PlainValue = string | number | bigint | boolean | null | readonly (string | number)[];
/** A row of any table by its columns' names. */
export type PlainRow = Readonly<Record<string, PlainValue>>;

/**
 * Rows [from, from + count) of an artifact's table or row table, with the columns that its files have: for whoever
 * looks at an artifact without the stage that made it. Throws a PipelineError (exit 5) where a part is damaged.
 */
export async function plainRows(
  artifact: Artifact,
  output: string,
  from: number,
  count: number,
): Promise<readonly PlainRow[]> {
  const { manifest, folder } = artifact;
  const parts = manifest.partitions.flatMap(({ outputs }) => outputs[output] ?? []);
  const read = manifest.outputs[output]?.kind === "rows" ? rowsOfRowFile : rowsOfTable;
  const rows: PlainRow[] = [];
  let skip = from;
  for (const part of parts) {
    if (rows.length >= count) break;
    if (skip >= part.rows) {
      skip -= part.rows;
      continue;
    }
    await verify(artifact, part);
    rows.push(...(await read(join(folder, part.file), skip, count - rows.length)));
    skip = 0;
  }
  return rows;
}

async function verify({ manifest, folder }: Artifact, part: Part): Promise<void> {
  const path = join(folder, part.file);
  const problem = await checkPart(part, path, { deep: true });
  if (problem) throw corruptionError(manifest, path, problem);
}

async function rowsOfRowFile(path: string, from: number, count: number): Promise<PlainRow[]> {
  return (await readAnyRows(path)).slice(from, from + count) as PlainRow[];
}

async function rowsOfTable(path: string, from: number, count: number): Promise<PlainRow[]> {
  const rows: PlainRow[] = [];
  let skip = from;
  for await (const batch of readParquet(path)) {
    for (let row = skip; row < batch.numRows && rows.length < count; row++) {
      const values = batch.schema.fields.map(({ name }, column): [string, PlainValue] => {
        return [String(name), plainValue(batch.getChildAt(column)?.get(row))];
      });
      rows.push(Object.fromEntries(values));
    }
    if (rows.length >= count) break;
    skip = Math.max(0, skip - batch.numRows);
  }
  return rows;
}

/** Lists come as Arrow vectors. */
function plainValue(value: unknown): PlainValue {
  if (typeof value !== "object" || value === null) return (value ?? null) as PlainValue;
  return [...(value as Iterable<string | number>)];
}
