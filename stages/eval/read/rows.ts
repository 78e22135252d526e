import { PipelineError } from "../../../engine/index.ts";
import type { Column } from "../task.ts";

/** A record of a task's file, or why it is none. */
export type FileRow = { readonly line: number } & (
  | { /** What stands in each of the columns asked for. */ readonly values: readonly unknown[] }
  | { readonly broken: string }
);

export interface FileRows {
  /** What `line` counts, from 1. */
  readonly unit: "line" | "row";
  readonly rows: readonly FileRow[];
  /** What the first line has in these columns, where it names them. */
  readonly header?: readonly string[];
  /** By the label column's own account, the names of the labels that it numbers. */
  readonly labelNames?: readonly string[];
}

/** What a reader is asked for: the columns, of which the one at `labelAt` holds labels. */
export interface Asked {
  readonly task: string;
  /** The file's name: for messages. */
  readonly file: string;
  readonly columns: readonly Column[];
  readonly labelAt: number | undefined;
  readonly header: boolean;
}

/**
 * The places of the columns among `names` (from 0), those of a header or of a file's schema. A PipelineError where
 * one is missing, or a name stands twice.
 */
export function placesOf(
  { task, file, columns }: Pick<Asked, "task" | "file" | "columns">,
  names: readonly string[],
): readonly number[] {
  return columns.map((column) => {
    const place =
      typeof column === "number" ? fromEnd(column, names.length) : names.indexOf(column);
    const twice = typeof column === "string" && place !== names.lastIndexOf(column);
    if (!twice && place >= 0 && place < names.length) return place;
    const what = typeof column === "number" ? `column ${column}` : `column ${shown(column)}`;
    throw new PipelineError(
      twice
        ? `${task}: ${file} has two columns ${shown(column)}`
        : `${task}: ${file} has no ${what}`,
      {
        where: `${file}, line 1`,
        expected: typeof column === "number" ? `more than ${names.length} columns` : shown(column),
        got: names.map(shown).join(", "),
        hint: "is this the task's own folder? Else give its columns by name or number, or header: false",
      },
    );
  });
}

/** A column's place, which negative numbers count from the end. */
export function fromEnd(column: number, width: number): number {
  return column < 0 ? width + column : column;
}

/** A value, cut to what a message can show. */
export function shown(value: unknown): string {
  const whole = typeof value === "object" ? (JSON.stringify(value) ?? "") : String(value);
  const text = whole.length > 80 ? `${whole.slice(0, 80)}…` : whole;
  return typeof value === "string" ? JSON.stringify(text) : text;
}
