import { formatInteger, formatNumber } from "../lib/format.ts";
import { sanitize } from "../lib/sanitize.ts";
import { displayWidth, pad, truncate } from "../lib/width.ts";

export type Cell = string | number | bigint | boolean | null;

/** Wider cells are cut: a table is for looking at, the data is in the files. */
const MAX_CELL = 72;

/** Rows as text in aligned columns below a head; numbers stand right. Strings may come from data. */
export function textTable(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  maxCell = MAX_CELL,
): string {
  const head = columns.map(sanitize);
  const body = rows.map((row) => row.map((cell) => truncate(cellText(cell), maxCell)));
  const widths = head.map((name, column) =>
    Math.max(displayWidth(name), ...body.map((row) => displayWidth(row[column]!))),
  );
  const right = head.map((_, column) =>
    rows.every((row) => row[column] === null || isNumber(row[column]!)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => pad(cell, widths[column]!, right[column] ? "right" : "left"))
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "─".repeat(width))), ...body.map(line)].join("\n");
}

/** The same with as many of the first columns as fit into `width`, and a word on those that are left out. */
export function fitColumns(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  width: number,
): string {
  for (let kept = columns.length; kept > 1; kept--) {
    const table = textTable(
      columns.slice(0, kept),
      rows.map((row) => row.slice(0, kept)),
    );
    if (displayWidth(table.split("\n", 2)[1]!) > width) continue;
    const left = columns.slice(kept).map(sanitize);
    return left.length === 0 ? table : `${table}\nnot shown: ${left.join(", ")}`;
  }
  return textTable(columns, rows);
}

function cellText(cell: Cell): string {
  if (cell === null) return "–";
  if (typeof cell === "number") return formatNumber(cell);
  if (typeof cell === "bigint") return formatInteger(Number(cell));
  return sanitize(String(cell));
}

function isNumber(cell: Cell): boolean {
  return typeof cell === "number" || typeof cell === "bigint";
}
