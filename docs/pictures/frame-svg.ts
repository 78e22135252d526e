import { displayWidth } from "../../lib/width.ts";
import type { Line, Span, Tone } from "../../tui/line.ts";
import { COLORS } from "../../tui/theme.ts";

/** A cell of the terminal, in pixels. */
const CELL = { width: 8, height: 17 };
const MARGIN = 12;
const PAPER = "#16181d";
const INK = "#d8dbe2";
const FAINT = "#7d8494";
const BRAILLE = /[\u2800-\u28ff]+/;

/** A frame of the dashboard as a picture: text as text, dots of charts as a path, so that no font has to have them. */
export function frameSvg(lines: readonly Line[], columns: number, title: string): string {
  const width = columns * CELL.width + 2 * MARGIN;
  const height = lines.length * CELL.height + 2 * MARGIN;
  const rows = lines.map((line, row) => drawLine(line, MARGIN + row * CELL.height));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>`,
    ...rows.filter((row) => row !== ""),
    "</svg>\n",
  ].join("\n");
}

function drawLine(line: Line, top: number): string {
  let column = 0;
  let drawn = "";
  for (const span of line) {
    for (const text of span.text.split(/([\u2800-\u28ff]+| {2,})/)) {
      const left = MARGIN + column * CELL.width;
      column += displayWidth(text);
      if (text.trim() === "") continue;
      const end = MARGIN + column * CELL.width;
      drawn += BRAILLE.test(text) ? dots(text, span, left, top) : words(text, span, left, end, top);
    }
  }
  return drawn;
}

function words(text: string, span: Span, left: number, right: number, top: number): string {
  const start = text.length - text.trimStart().length;
  const from = left + start * CELL.width;
  const end = right - (text.length - text.trimEnd().length) * CELL.width;
  const bold = span.bold === true ? ' font-weight="bold"' : "";
  const length = `textLength="${end - from}" lengthAdjust="spacingAndGlyphs"`;
  return `<text x="${from}" y="${top + 13}" ${length} fill="${color(span.tone)}"${bold}>${escaped(text.trim())}</text>`;
}

/** Each dot of a braille character stands in a field of 2 × 4. */
function dots(text: string, { tone }: Span, left: number, top: number): string {
  const bits = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80];
  let path = "";
  for (const [at, character] of [...text].entries()) {
    const set = character.charCodeAt(0) - 0x2800;
    for (const [index, bit] of bits.entries()) {
      if ((set & bit) === 0) continue;
      const x = left + at * CELL.width + (index < 4 ? 1 : 5);
      const y = top + 1 + (index % 4) * 4;
      path += `M${x} ${y}h2v2h-2z`;
    }
  }
  return path === "" ? "" : `<path d="${path}" fill="${color(tone)}"/>`;
}

function color(tone: Tone | undefined): string {
  if (tone === undefined) return INK;
  if (tone === "faint") return FAINT;
  const [red, green, blue] = COLORS[24][tone].split(";").slice(2);
  return `rgb(${red},${green},${blue})`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
