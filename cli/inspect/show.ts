import { sanitize } from "../../lib/sanitize.ts";
import { wrap } from "../../lib/width.ts";
import type { DecodedRow } from "./decoded.ts";
import type { TableRow, Value } from "./rows.ts";

/** List items shown before the rest are counted. */
const SHOWN = { numbers: 16, strings: 4 };

/** Decoded rows as paragraphs of at most `width` columns. */
export function showDecoded(rows: readonly DecodedRow[], width: number): string {
  return rows.map((row, index) => paragraph(`${index}`, row.title, row.lines, width)).join("\n\n");
}

/** Any rows, a column a line. */
export function showRows(rows: readonly TableRow[], width: number): string {
  return rows
    .map((row, index) => {
      const lines = Object.entries(row).map(([name, value]) => [name, shown(value)] as const);
      return paragraph(`${index}`, "", lines, width);
    })
    .join("\n\n");
}

function paragraph(
  number: string,
  title: string,
  lines: readonly (readonly [name: string, text: string])[],
  width: number,
): string {
  const label = Math.max(...lines.map(([name]) => name.length)) + 4;
  const body = lines.flatMap(([name, text]) => {
    const wrapped = wrap(sanitize(text), Math.max(20, width - label));
    return wrapped.map((line, index) => {
      return `${(index === 0 ? `  ${sanitize(name)}` : "").padEnd(label)}${line}`.trimEnd();
    });
  });
  return [`row ${number}${title === "" ? "" : `  ${sanitize(title)}`}`, ...body].join("\n");
}

function shown(value: Value): string {
  if (!Array.isArray(value)) return String(value);
  const most = typeof value[0] === "string" ? SHOWN.strings : SHOWN.numbers;
  const items = value.slice(0, most).map((item) => JSON.stringify(item));
  const rest = value.length - items.length;
  return `[${items.join(", ")}${rest > 0 ? `, … ${rest} more` : ""}]`;
}
