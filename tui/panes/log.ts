import { truncate } from "../../lib/width.ts";
import { type Line, span, type Tone } from "../line.ts";
import type { Model } from "../model.ts";
import type { NodeView } from "../node-state.ts";
import type { LogLine } from "../state.ts";
import type { Pane, Room } from "./pane.ts";

const TONES: Readonly<Partial<Record<LogLine["level"], Tone>>> = { warn: "wait", error: "bad" };

/** What a node said, or all of them. */
export function log({ state, ui }: Model, node: NodeView, { columns }: Room): Pane {
  const lines = state.log.filter((line) => ui.allLogs || line.node === node.id);
  if (lines.length > 0) return { lines: lines.map((line) => logLine(line, columns, ui.allLogs)) };
  const text = ui.allLogs ? "nothing was said yet" : `${node.id} said nothing yet; a: all nodes`;
  return { lines: [[span(text, "faint")]] };
}

/** The last lines that any node had to say. */
export function logTail({ state }: Model, columns: number, lines: number): Line[] {
  return state.log.slice(-lines).map((line) => logLine(line, columns, true));
}

function logLine({ time, node, level, message }: LogLine, columns: number, named: boolean): Line {
  const source = node === "" || !named ? "" : `${node}: `;
  const word = level === "info" ? "" : `${level}: `;
  const room = columns - 9;
  return [
    span(`${clock(time)} `, "faint"),
    span(truncate(`${source}${word}${message}`, room), TONES[level]),
  ];
}

/** Time of day, `14:03:09`. */
function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}
