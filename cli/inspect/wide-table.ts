import { formatBytes, formatNumber, formatSeconds } from "../../lib/format.ts";
import { displayWidth } from "../../lib/width.ts";
import { type Cell, textTable } from "../text-table.ts";

type Row = Readonly<Record<string, Cell>>;

interface Column {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/**
 * Rows as a table. Where it would be wider than `width`, a value's lowest and highest stand behind it, columns with
 * nothing in them are only named, seconds and bytes are in words, and the columns go on in further tables below, each
 * with the first column again.
 */
export function wideTable(names: readonly string[], rows: readonly Row[], width: number): string {
  const whole = textTable(
    names,
    rows.map((row) => names.map((name) => row[name] ?? null)),
  );
  if (widthOf(whole) <= width || rows.length === 0) return whole;
  const columns = names.filter((name) => !isBound(name, names)).map((name) => columnOf(name, rows));
  const isEmpty = ({ cells }: Column): boolean =>
    cells.every((cell) => cell === null || cell === "");
  const [first, ...others] = columns.filter((column, at) => at === 0 || !isEmpty(column));
  const empty = columns.filter((column, at) => at > 0 && isEmpty(column)).map(({ name }) => name);
  const blocks: string[] = [];
  for (let from = 0; from < others.length; ) {
    let to = from + 1;
    while (to < others.length && widthOf(drawn([first!, ...others.slice(from, to + 1)])) <= width)
      to++;
    blocks.push(drawn([first!, ...others.slice(from, to)]));
    from = to;
  }
  return [...blocks, ...(empty.length === 0 ? [] : [`empty: ${empty.join(", ")}`])].join("\n\n");
}

function drawn(columns: readonly Column[]): string {
  return textTable(
    columns.map(({ name }) => name),
    columns[0]!.cells.map((_, row) => columns.map(({ cells }) => cells[row]!)),
  );
}

function widthOf(table: string): number {
  return Math.max(...table.split("\n").map(displayWidth));
}

/** Whether a column holds the lowest or highest of another one's values. */
function isBound(name: string, names: readonly string[]): boolean {
  const of = /^(.*)_(?:lowest|highest)$/.exec(name)?.[1];
  return of !== undefined && names.includes(of);
}

function columnOf(name: string, rows: readonly Row[]): Column {
  const cells = rows.map((row): Cell => {
    const value = row[name] ?? null;
    const [low, high] = [row[`${name}_lowest`] ?? null, row[`${name}_highest`] ?? null];
    if (typeof value !== "number") return value;
    if (/(^|_)seconds$/.test(name)) return formatSeconds(value);
    if (/(^|_)bytes$/.test(name)) return formatBytes(value);
    if (typeof low !== "number" || typeof high !== "number" || low === high) return value;
    return `${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)})`;
  });
  return { name, cells };
}
