import type { Tone } from "./line.ts";

/** How a terminal is drawn on. */
export interface Theme {
  /** Only ASCII for what is ours to draw; text that came from data is left as it is. */
  readonly ascii: boolean;
  readonly color: boolean;
}

/** What of the environment decides how to draw: NO_COLOR, TERM, and a locale that is none of UTF-8. */
export function themeOf(env: Readonly<Record<string, string | undefined>>, ascii = false): Theme {
  const term = env["TERM"] ?? "";
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  const poor =
    term === "dumb" || term === "linux" || term === "vt100" || /^(C|POSIX)$/.test(locale);
  return { ascii: ascii || poor, color: (env["NO_COLOR"] ?? "") === "" && term !== "dumb" };
}

/** Okabe and Ito's palette, which people with any kind of colour vision can tell apart (jfly.uni-koeln.de/color). */
export const COLORS: Readonly<Record<Exclude<Tone, "faint">, string>> = {
  accent: "#56B4E9",
  busy: "#56B4E9",
  wait: "#E69F00",
  good: "#009E73",
  bad: "#D55E00",
  heldout: "#CC79A7",
};

const ASCII: Readonly<Record<string, string>> = {
  "●": "*",
  "○": "o",
  "·": ".",
  "✓": "+",
  "✗": "x",
  "■": "%",
  "◆": "#",
  "▸": ">",
  "█": "#",
  "░": ".",
  "│": "|",
  "┤": "|",
  "├": "+",
  "┼": "+",
  "└": "+",
  "┘": "+",
  "┴": "+",
  "┬": "+",
  "┌": "+",
  "┐": "+",
  "─": "-",
  "…": "~",
  "→": ">",
  "←": "<",
  "↑": "^",
  "↓": "v",
  "–": "-",
  "×": "x",
  "∞": "8",
};
const BLOCKS = "▁▂▃▄▅▆▇█";
const BLOCKS_ASCII = "_..--==#";
const BRAILLE = 0x2800;
/** Dots of the two upper rows of a braille character, and of the two lower. */
const UPPER = 0x1b;
const LOWER = 0xe4;

/** Our drawing in ASCII, a character for a character; letters of other scripts are left. */
export function toAscii(text: string): string {
  return text.replace(/[^ -~]/g, (character) => {
    const code = character.charCodeAt(0);
    if (code >= BRAILLE && code <= BRAILLE + 0xff) return dotted(code - BRAILLE);
    const level = BLOCKS.indexOf(character);
    return ASCII[character] ?? (level < 0 ? character : BLOCKS_ASCII[level]!);
  });
}

function dotted(dots: number): string {
  const upper = (dots & UPPER) !== 0;
  const lower = (dots & LOWER) !== 0;
  if (upper) return lower ? ":" : "'";
  return lower ? "." : " ";
}
