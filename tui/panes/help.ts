import { displayWidth, pad } from "../../lib/width.ts";
import { KEYS } from "../keys.ts";
import { cut, type Line, span } from "../line.ts";

/** The keys, from the table that they are read by, in as many columns as it takes. */
export function help(columns: number, lines: number): Line[] {
  const width = Math.max(...KEYS.map(({ shown }) => displayWidth(shown)));
  const rows = KEYS.map(
    ({ shown, help: text }): Line => [span(pad(shown, width), "accent"), span(`  ${text}`)],
  );
  const title: Line = [{ text: "keys", bold: true }, span("  any key: back", "faint")];
  const room = Math.max(1, lines - 2);
  if (rows.length <= room) return [title, [], ...rows.map((row) => cut(row, columns))];
  const across = Math.ceil(rows.length / room);
  const each = Math.floor(columns / across) - 1;
  const down = Math.ceil(rows.length / across);
  const body = Array.from({ length: down }, (_, row) =>
    Array.from({ length: across }, (_, column) => rows[column * down + row] ?? []).flatMap(
      (line) => [...padded(cut(line, each), each), span(" ")],
    ),
  );
  return [title, [], ...body];
}

function padded(line: Line, columns: number): Line {
  const used = line.reduce((sum, { text }) => sum + displayWidth(text), 0);
  return [...line, span(" ".repeat(Math.max(0, columns - used)))];
}
