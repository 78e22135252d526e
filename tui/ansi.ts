import type { Line, Span } from "./line.ts";
import { COLORS, type Theme, toAscii } from "./theme.ts";

const BOLD = "1";
const FAINT = "2";

/** How a line becomes what a terminal is sent: its text, and before each change of looks what ECMA-48 calls SGR. */
export function painter(theme: Theme): (line: Line) => string {
  const drawn = theme.ascii ? toAscii : (text: string) => text;
  if (theme.depth === 1) return (line) => line.map(({ text }) => drawn(text)).join("");
  const codes = COLORS[theme.depth];
  const looksOf = ({ tone, bold }: Span): string => {
    const color = tone === undefined ? "" : `;${tone === "faint" ? FAINT : codes[tone]}`;
    return bold === true ? `;${BOLD}${color}` : color;
  };
  return (line) => {
    let painted = "";
    let looks = "";
    for (const span of line) {
      const wanted = looksOf(span);
      if (wanted !== looks) painted += `\x1b[0${wanted}m`;
      looks = wanted;
      painted += drawn(span.text);
    }
    return looks === "" ? painted : `${painted}\x1b[0m`;
  };
}
