import { formatInteger } from "../../lib/format.ts";
import { sanitize } from "../../lib/sanitize.ts";
import { displayWidth, pad, truncate, wrap } from "../../lib/width.ts";
import { exampleOf } from "../example.ts";
import { type Line, type Span, span } from "../line.ts";
import type { Model } from "../model.ts";
import type { NodeView } from "../node-state.ts";
import type { Pane, Room } from "./pane.ts";

/** Below this names of columns are cut earlier. */
const NARROW = 80;
const MASK = /(\[MASK\])/;

/** A row of a finished table as a person reads it. */
export function examples({ state, ui, example }: Model, node: NodeView, { columns }: Room): Pane {
  const key = exampleOf(state, ui, node);
  if (key === undefined)
    return {
      lines: [[span(`neither ${node.id} nor what it reads has a finished table yet`, "faint")]],
    };
  const more = key.tables > 1 ? "   o: next table" : "";
  const where = `${key.node}.${key.output}   row ${formatInteger(key.row + 1)} of ${formatInteger(key.rows)}`;
  const head: Line = [{ text: where, bold: true }, span(`   ↑ ↓: other rows${more}`, "faint")];
  if (example === undefined || example.state === "loading")
    return { lines: [head, [span("reading …", "faint")]] };
  if (example.state === "failed")
    return {
      lines: [head, ...wrap(sanitize(example.message), columns).map((line) => [span(line, "bad")])],
    };
  const { title, lines } = example.text;
  const longest = Math.max(0, ...lines.map(([name]) => displayWidth(name)));
  const label = Math.min(columns < NARROW ? 18 : 26, longest) + 2;
  return {
    lines: [
      head,
      ...(title === "" ? [] : [[span(truncate(sanitize(title), columns))]]),
      [],
      ...lines.flatMap(([name, text]) =>
        wrap(sanitize(text), Math.max(20, columns - label)).map((line, index) => [
          span(pad(index === 0 ? truncate(sanitize(name), label - 2) : "", label), "faint"),
          ...masked(line),
        ]),
      ),
      ...(example.guessing ? [[span("model …", "faint")]] : []),
    ],
  };
}

function masked(line: string): Span[] {
  return line
    .split(MASK)
    .filter((text) => text !== "")
    .map((text) => (MASK.test(text) ? { text, tone: "wait", bold: true } : { text }));
}
