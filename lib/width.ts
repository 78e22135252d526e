/** Made when first needed: it takes 10 ms, which a run with nothing to do has no use for. */
let segmenter: Intl.Segmenter | undefined;
const ZERO_WIDTH = /^[\p{M}\p{Cf}\p{Cc}]*$/u;
/** East Asian wide and full-width forms, and what terminals draw as an emoji. */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f)/u;
/** Latin letters, dashes, arrows, lines, blocks, braille and marks, a column each: most of what is shown. */
const NARROW =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u259f\u25a0\u25b8\u25c6\u25cb\u25cf\u2713\u2717\u2800-\u28ff]*$/;

/** How many columns a terminal gives to `text`, which holds no control characters. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segments(text)) width += columnsOf(segment);
  return width;
}

/** `text` cut to at most `columns` columns, its end marked by `…` where something was cut. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return "";
  let width = 0;
  let kept = "";
  for (const { segment } of segments(text)) {
    width += columnsOf(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** `text` filled with spaces to `columns` columns, on its right or its left. */
export function pad(text: string, columns: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, columns - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}

/** `text` broken at its spaces into lines of at most `columns` columns; a longer word is broken anywhere. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  let width = 0;
  const end = (): void => {
    lines.push(line);
    line = "";
    width = 0;
  };
  for (const word of text.split(" ")) {
    const wordWidth = displayWidth(word);
    if (line !== "" && width + 1 + wordWidth > columns) end();
    if (wordWidth <= columns) {
      line += line === "" ? word : ` ${word}`;
      width += wordWidth + (width === 0 ? 0 : 1);
      continue;
    }
    for (const { segment } of segments(word)) {
      if (width + columnsOf(segment) > columns) end();
      line += segment;
      width += columnsOf(segment);
    }
  }
  if (line !== "" || lines.length === 0) end();
  return lines;
}

function columnsOf(segment: string): number {
  if (WIDE.test(segment)) return 2;
  return ZERO_WIDTH.test(segment) ? 0 : 1;
}

function segments(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}
