import { CLASS_RUNS, LOWER_RUNS } from "./char-tables.ts";
import { readRuns } from "./runs.ts";

/** How BERT's normaliser and pre-tokeniser treat a code point: the sum of what applies, 0 for a plain character. */
export const CharClass = {
  /** Dropped by text cleaning: NUL, U+FFFD, controls, formats and private use, but not tab and line ends. */
  control: 1,
  /** Ends a word. */
  space: 2,
  /** A word by itself. */
  punctuation: 4,
  /** A word by itself where Chinese characters are set apart. */
  ideograph: 8,
  /** Dropped with accents, after canonical decomposition. */
  mark: 16,
} as const;

/** Its lower case is `i` and a combining dot above: the only one of two characters. */
export const DOTTED_CAPITAL_I = 0x130;

/** The class of every code point (see `CharClass`), indexed by it. */
export const charClasses = decodeClasses();

/** The lower case of the code points below its length, indexed by them; but for `DOTTED_CAPITAL_I`. */
export const lowerCase = decodeLowerCase();

function decodeClasses(): Uint8Array {
  const classes = new Uint8Array(0x110000);
  let code = 0;
  for (const [gap, length, kind] of readRuns(CLASS_RUNS)) {
    code += gap!;
    classes.fill(kind!, code, code + length!);
    code += length!;
  }
  return classes;
}

function decodeLowerCase(): Uint32Array {
  const lower = new Uint32Array(0x20000);
  for (let code = 0; code < lower.length; code++) lower[code] = code;
  let code = 0;
  for (const [gap, count, stride, delta] of readRuns(LOWER_RUNS)) {
    code += gap!;
    const end = code + (count! - 1) * stride!;
    for (let upper = code; upper <= end; upper += stride!) lower[upper] = upper + delta!;
    code = end;
  }
  return lower;
}
