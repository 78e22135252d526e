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

/** The characters that can end a sentence in any language; with Greek's question mark where `greek`. */
export function stopPattern(greek: boolean, besides = ""): RegExp {
  const stops = `(?!\\u104a)[\\p{Sentence_Terminal}…‥${greek ? ";\\u037e" : ""}]`;
  return new RegExp(besides === "" ? stops : `${stops}|${besides}`, "gu");
}

const KIND_OF = new Uint8Array(0x10000);
const plane = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code)).join("");
for (const match of `${plane}︒︕︖﹒﹖﹗！．？｡`.matchAll(/\p{Sentence_Terminal}/gu))
  KIND_OF[match[0].charCodeAt(0)] = Mark.unspaced;
for (const [kind, characters] of LISTED)
  for (const character of characters) KIND_OF[character.charCodeAt(0)] = kind;

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
