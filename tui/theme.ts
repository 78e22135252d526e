import { WriteStream } from "node:tty";
import type { Tone } from "./line.ts";

/** How a terminal is drawn on. */
export interface Theme {
  /** Only ASCII for what is ours to draw; text that came from data is left as it is. */
  readonly ascii: boolean;
  /** Bits of a colour, as Node counts them for a terminal; 1 is none. */
  readonly depth: Depth;
}

type Depth = 1 | 4 | 8 | 24;

/** What of the environment decides how to draw: NO_COLOR, TERM, and a locale that is none of UTF-8. */
export function themeOf(env: Readonly<Record<string, string | undefined>>, ascii = false): Theme {
  const term = env["TERM"] ?? "";
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  const poor =
    term === "dumb" || term === "linux" || term === "vt100" || /^(C|POSIX)$/.test(locale);
  const plain = term === "dumb" || (env["NO_COLOR"] ?? "") !== "";
  return { ascii: ascii || poor, depth: plain ? 1 : depthOf(env) };
}

/** Node tells it by the environment: TERM, COLORTERM, FORCE_COLOR, names of terminals; it takes an empty NO_COLOR for one. */
function depthOf(env: Readonly<Record<string, string | undefined>>): Depth {
  return WriteStream.prototype.getColorDepth({
    ...env,
    CI: undefined,
    NO_COLOR: undefined,
  }) as Depth;
}

/**
 * Okabe and Ito's palette, which people with any kind of colour vision can tell apart (jfly.uni-koeln.de/color), as
 * parameters of select-graphic-rendition; with fewer colours the nearest of the 256, or the 16 that users choose.
 */
export const COLORS: Readonly<
  Record<Exclude<Depth, 1>, Readonly<Record<Exclude<Tone, "faint">, string>>>
> = {
  24: {
    accent: "38;2;86;180;233",
    busy: "38;2;86;180;233",
    wait: "38;2;230;159;0",
    good: "38;2;0;158;115",
    bad: "38;2;213;94;0",
    heldout: "38;2;204;121;167",
  },
  8: {
    accent: "38;5;74",
    busy: "38;5;74",
    wait: "38;5;178",
    good: "38;5;36",
    bad: "38;5;166",
    heldout: "38;5;175",
  },
  4: { accent: "36", busy: "36", wait: "33", good: "32", bad: "31", heldout: "35" },
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
