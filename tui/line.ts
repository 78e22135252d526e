import { displayWidth, truncate } from "../lib/width.ts";

/** What a piece of text means; the theme gives it a colour. No meaning is told by colour alone. */
export type Tone = "faint" | "accent" | "busy" | "wait" | "good" | "bad" | "heldout";

/** A piece of a line, free of control characters. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone;
  readonly bold?: boolean;
}

/** One line of a pane. */
export type Line = readonly Span[];

export function span(text: string, tone?: Tone): Span {
  return tone === undefined ? { text } : { text, tone };
}

export function plain(text: string): Line {
  return [{ text }];
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

/** The line cut to at most `columns` columns, its end marked where something was cut. */
export function cut(line: Line, columns: number): Line {
  let left = columns;
  const kept: Span[] = [];
  for (const [index, each] of line.entries()) {
    const width = displayWidth(each.text);
    const fits = width < left || (width === left && index === line.length - 1);
    if (fits) {
      kept.push(each);
      left -= width;
      continue;
    }
    const rest = line.slice(index).map(({ text }) => text);
    if (lineWidth(line.slice(index)) <= left) return [...kept, ...line.slice(index)];
    const text = truncate(width > left ? each.text : rest.join(""), left);
    return text === "" ? kept : [...kept, { ...each, text }];
  }
  return kept;
}

/** The line filled with spaces to `columns` columns; cut where it is longer. */
export function filled(line: Line, columns: number): Line {
  const fitting = cut(line, columns);
  const missing = columns - lineWidth(fitting);
  return missing > 0 ? [...fitting, { text: " ".repeat(missing) }] : fitting;
}

/** `left` and `right` at the ends of a line of `columns` columns; `right` is kept where there is no room for both. */
export function apart(left: Line, right: Line, columns: number): Line {
  const end = cut(right, columns);
  const room = Math.max(0, columns - lineWidth(end) - 2);
  return [
    ...filled(left, room),
    { text: " ".repeat(Math.min(2, columns - lineWidth(end))) },
    ...end,
  ];
}
