import { truncate, wrap } from "../../lib/width.ts";
import { type Line, span, type Tone } from "../line.ts";
import type { Model } from "../model.ts";
import type { NodeView } from "../node-state.ts";
import type { LogLine } from "../state.ts";
import type { Pane, Room } from "./pane.ts";

/** Columns of the time of day and a blank. */
const TIME = 9;
const TONES: Readonly<Partial<Record<LogLine["level"], Tone>>> = { warn: "wait", error: "bad" };

/** What a node said, or all of them. */
export function log({ state, ui }: Model, node: NodeView, { columns }: Room): Pane {
  const lines = state.log.filter((line) => ui.allLogs || line.node === node.id);
  if (lines.length > 0) return { lines: lines.map((line) => logLine(line, columns, ui.allLogs)) };
  const text = ui.allLogs ? "nothing was said yet" : `${node.id} said nothing yet; a: all nodes`;
  return { lines: [[span(text, "faint")]] };
}

/** The last lines that any node had to say, as many as there is room for; a long one goes on below. */
export function logTail({ state }: Model, columns: number, lines: number): Line[] {
  const tail: Line[] = [];
  for (const line of state.log.slice(-lines).reverse()) {
    const wrapped = wrappedLine(line, columns);
    if (tail.length + wrapped.length > lines) break;
    tail.unshift(...wrapped);
  }
  const last = state.log.at(-1);
  return tail.length > 0 || last === undefined ? tail : [logLine(last, columns, true)];
}

function wrappedLine({ time, node, level, message }: LogLine, columns: number): Line[] {
  return wrap(saidBy({ node, level, message }, true), Math.max(20, columns - TIME)).map(
    (part, index) => [
      span(index === 0 ? `${clock(time)} ` : " ".repeat(TIME), "faint"),
      span(truncate(part, columns - TIME), TONES[level]),
    ],
  );
}

function logLine(line: LogLine, columns: number, named: boolean): Line {
  return [
    span(`${clock(line.time)} `, "faint"),
    span(truncate(saidBy(line, named), columns - TIME), TONES[line.level]),
  ];
}

function saidBy(
  { node, level, message }: Pick<LogLine, "node" | "level" | "message">,
  named: boolean,
): string {
  const source = node === "" || !named ? "" : `${node}: `;
  const word = level === "info" ? "" : `${level}: `;
  return `${source}${word}${message}`;
}

/** Time of day, `14:03:09`. */
function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}
