/** What a character is to the end of a sentence; 0 where it is nothing to it. */
export const Mark = {
  /** Ends a sentence only before a blank: . ! ? and their like in scripts written with blanks. */
  spaced: 1,
  /** Ends a sentence wherever it stands: the full stops of other scripts. */
  unspaced: 2,
  closer: 3,
  opener: 4,
  /** What cannot begin a sentence. */
  pause: 5,
} as const;

const LISTED: readonly (readonly [kind: number, characters: string])[] = [
  [Mark.spaced, ".!?…‥․‼‽⁇⁈⁉⸮\u037e"],
  [Mark.closer, ")]}\"'”’»›」』】〉》〕）］｝＂＇〞〟"],
  [Mark.opener, "([{“‘«‹„‚「『【〈《〔（［｛〝-–—_*¿¡#"],
  // U+104A is Burmese's comma, though Unicode has it among Sentence_Terminal.
  [Mark.pause, ",;:%、，；：،؛\u104a"],
];

const KIND_OF = new Uint8Array(0x10000);
/** The first halves of pairs that may be stops beyond U+FFFF, of Brahmi's descendants and others. */
const LEADS = new Set<number>();

/** Blocks without full stops, most of the planes that are looked through: Han, Hangul, what is no character. */
const PASSED_OVER: ReadonlyMap<number, number> = new Map([
  [0x3400, 0xa000],
  [0xac00, 0xfe00],
  [0x17000, 0x1b000],
]);
/** The last of the planes that hold scripts rather than more ideographs. */
const LAST = 0x1ffff;

const TERMINAL = /^\p{Sentence_Terminal}/u;
for (let code = 0; code <= LAST; code++) {
  code = PASSED_OVER.get(code) ?? code;
  if (!TERMINAL.test(String.fromCodePoint(code))) continue;
  if (code < 0x10000) KIND_OF[code] = Mark.unspaced;
  else LEADS.add(String.fromCodePoint(code).charCodeAt(0));
}
for (const [kind, characters] of LISTED)
  for (const character of characters) KIND_OF[character.charCodeAt(0)] = kind;

/** Code units that are stops, or their first halves. */
const STOP_CODES: readonly number[] = [
  ...Array.from(KIND_OF.keys()).filter(
    (code) => KIND_OF[code] === Mark.spaced || KIND_OF[code] === Mark.unspaced,
  ),
  ...LEADS,
];

/** Finds the first code unit at or after `from` that may end a sentence, or be the first half of one that may. */
export type StopFinder = (text: string, from: number) => number;

/** For text that is mostly ASCII, where a regular expression without the u flag scans twice as fast as a loop. */
export function patternFinder(besides: string): StopFinder {
  const pattern = new RegExp(`[${String.fromCharCode(...STOP_CODES)}${besides}]`, "g");
  return (text, from) => {
    pattern.lastIndex = from;
    return pattern.test(text) ? pattern.lastIndex - 1 : text.length;
  };
}

/** For other text, where it is the other way round. */
export function tableFinder(besides: string): StopFinder {
  const wanted = new Uint8Array(0x10000);
  for (const code of STOP_CODES) wanted[code] = 1;
  for (const character of besides) wanted[character.charCodeAt(0)] = 1;
  return (text, from) => {
    let at = from;
    while (at < text.length && wanted[text.charCodeAt(at)] === 0) at++;
    return at;
  };
}

/** What the character at `at` is, one of `Mark`, or 0. */
export function markAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 0xd800 && code < 0xdc00)
    return TERMINAL.test(text.slice(at, at + 2)) ? Mark.unspaced : 0;
  return KIND_OF[code] ?? 0;
}

/** Whether a sentence can end with the character at `at`. */
export function isStop(text: string, at: number): boolean {
  const kind = markAt(text, at);
  return kind === Mark.spaced || kind === Mark.unspaced;
}

/** Of how many code units the character at `at` is. */
export function widthAt(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}
