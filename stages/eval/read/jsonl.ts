import { PipelineError } from "../../../engine/index.ts";
import type { Column } from "../task.ts";
import { type Asked, type FileRow, type FileRows, shown } from "./rows.ts";

/** JSON lines: an object a line that is not blank, columns being its fields, those within others after a dot. */
export function readJsonl(text: string, { task, file, columns }: Asked): FileRows {
  const numbered = columns.find((column) => typeof column === "number");
  if (numbered !== undefined)
    throw new PipelineError(`${task}: the fields of ${file} have no numbers`, {
      where: file,
      expected: "columns by name",
      got: String(numbered),
    });
  const rows: FileRow[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    rows.push({ line: index + 1, ...valuesOf(line, columns) });
  }
  return { unit: "line", rows };
}

function valuesOf(
  line: string,
  columns: readonly Column[],
): { readonly values: readonly unknown[] } | { readonly broken: string } {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch (error) {
    return { broken: `no JSON: ${shown(line)} (${(error as Error).message})` };
  }
  const values: unknown[] = [];
  for (const column of columns) {
    const value = lookedUp(record, String(column));
    if (value === undefined) return { broken: `no field ${shown(column)} in ${shown(line)}` };
    values.push(value);
  }
  return { values };
}

/** The field of this name, or what stands at this dotted path; undefined where there is neither. */
function lookedUp(record: unknown, path: string): unknown {
  const own = fieldOf(record, path);
  if (own !== undefined) return own;
  return path.split(".").reduce(fieldOf, record);
}

function fieldOf(record: unknown, name: string): unknown {
  if (typeof record !== "object" || record === null || !Object.hasOwn(record, name))
    return undefined;
  return (record as Record<string, unknown>)[name];
}
