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
  [Mark.spaced, ".!?…‥․‼‽⁇⁈⁉⸮"],
  [Mark.closer, ")]}\"'”’»›」』】〉》〕）］｝＂＇〞〟"],
  [Mark.opener, "([{“‘«‹„‚「『【〈《〔（［｛〝-–—_*¿¡#"],
  // U+104A is Burmese's comma, though Unicode has it among Sentence_Terminal.
  [Mark.pause, ",;:%、，；：،؛\u104a"],
];

const KIND_OF = new Uint8Array(0x10000);
for (const [character] of allCharacters(0xffff).matchAll(/\p{Sentence_Terminal}/gu))
  KIND_OF[character.charCodeAt(0)] = Mark.unspaced;
for (const [kind, characters] of LISTED)
  for (const character of characters) KIND_OF[character.charCodeAt(0)] = kind;

/** The first halves of pairs that may be stops beyond U+FFFF, of Brahmi's descendants and others. */
const LEADS = new Set(
  [...allCharacters(0x1ffff).matchAll(/\p{Sentence_Terminal}/gu)].flatMap(([character]) =>
    character.length === 2 ? [character.charCodeAt(0)] : [],
  ),
);

function allCharacters(last: number): string {
  const characters = Array.from({ length: last + 1 }, (_, code) => String.fromCodePoint(code));
  return characters.join("").replace(/\p{Cs}/gu, "");
}

/** Finds the first code unit at or after `from` that may end a sentence, or be the first half of one that may. */
export type StopFinder = (text: string, from: number) => number;

/** For text that is mostly ASCII, where a regular expression without the u flag scans twice as fast as a loop. */
export function patternFinder(besides: string): StopFinder {
  const pattern = new RegExp(`[${String.fromCharCode(...stopCodes())}${besides}]`, "g");
  return (text, from) => {
    pattern.lastIndex = from;
    return pattern.test(text) ? pattern.lastIndex - 1 : text.length;
  };
}

/** For other text, where it is the other way round. */
export function tableFinder(besides: string): StopFinder {
  const wanted = new Uint8Array(0x10000);
  for (const code of stopCodes()) wanted[code] = 1;
  for (const character of besides) wanted[character.charCodeAt(0)] = 1;
  return (text, from) => {
    let at = from;
    while (at < text.length && wanted[text.charCodeAt(at)] === 0) at++;
    return at;
  };
}

function stopCodes(): number[] {
  const ends = (code: number) => KIND_OF[code] === Mark.spaced || KIND_OF[code] === Mark.unspaced;
  return [...Array.from(KIND_OF.keys()).filter(ends), ...LEADS];
}

/** What the character at `at` is, one of `Mark`, or 0. */
export function markAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 0xd800 && code < 0xdc00)
    return /^\p{Sentence_Terminal}/u.test(text.slice(at, at + 2)) ? Mark.unspaced : 0;
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
