import type { Abbreviations } from "./abbreviations.ts";
import { Mark, markAt } from "./marks.ts";

const NUMBER = /^\p{N}+$/u;
const ROMAN = /^[IVXLC]+$/;
/** What numbers the items of a list, and so opens a sentence rather than being one. */
const ENUMERATOR = /^(\p{N}+|[A-Za-z]|[IVXLC]+|[ivxlc]+)$/u;

/** The longest word worth looking up before a full stop. */
const LONGEST_WORD = 16;

/** A full stop at `at` that follows a word, in a sentence that begins at `start`; the next word begins at `next`. */
export interface WordStop {
  readonly start: number;
  readonly at: number;
  readonly next: number;
}

/** Whether a single full stop after a word ends a sentence. */
export function endsAfterWord(
  text: string,
  { start, at, next }: WordStop,
  abbreviations: Abbreviations,
  korean: boolean,
): boolean {
  let from = at;
  while (from > start && at - from <= LONGEST_WORD && isOfWord(text.charCodeAt(from - 1), true))
    from--;
  while (from < at && (text[from] === "'" || text[from] === "’" || text[from] === ".")) from++;
  const word = text.slice(from, at);
  if (word === "" || word.length > LONGEST_WORD) return true;

  if (NUMBER.test(word)) {
    if (korean || from <= start + 1) return false;
    if (word.length <= 2 && /[:;]/.test(text[from - 2]!)) return false;
    return (
      !(abbreviations.ordinals && word.length <= 2) || abbreviations.isStarter(wordAt(text, next))
    );
  }
  if (from <= start + 1 && ENUMERATOR.test(word)) return false;
  if (abbreviations.ordinals && word.length > 1 && ROMAN.test(word))
    return abbreviations.isStarter(wordAt(text, next));
  // "So do I. Bob agreed.", where before an initial there is a name.
  if (word === "I" && /\p{Ll} $/u.test(text.slice(from - 2, from))) return true;

  const kind = abbreviations.kindOf(word);
  if (kind === undefined) return true;
  if (kind === "inside") return false;
  if (kind === "number") {
    const capital = /^\p{Lu}/u.test(word);
    const following = wordAt(text, next);
    return !(/^\p{N}/u.test(following) || (capital && ROMAN.test(following)));
  }
  // "J. A. Smith": an initial is no beginning of a sentence.
  const following = wordAt(text, next);
  return abbreviations.isStarter(following) && text[next + following.length] !== ".";
}

/** The word that begins at `at`, of at most 16 UTF-16 code units. */
export function wordAt(text: string, at: number): string {
  let end = at;
  while (end < text.length && end - at < LONGEST_WORD && isOfWord(text.charCodeAt(end), false))
    end++;
  return text.slice(at, end);
}

/** Letters, marks, digits and apostrophes are of a word, and the stops in it when it is read backwards from one. */
function isOfWord(code: number, stops: boolean): boolean {
  if (code < 0x80) {
    const letter = code | 0x20;
    return (
      (letter >= 0x61 && letter <= 0x7a) ||
      (code >= 0x30 && code <= 0x39) ||
      code === 0x27 ||
      (stops && code === 0x2e)
    );
  }
  return code === 0x2019 || /[\p{L}\p{M}\p{N}]/u.test(String.fromCharCode(code));
}

/** Where the first word at or after `at` begins, past opening marks and blanks. */
export function skipOpeners(text: string, at: number): number {
  let word = at;
  for (; word < text.length; word++) {
    const kind = markAt(text, word);
    if (kind !== Mark.opener && kind !== Mark.closer && text[word] !== " ") break;
  }
  return word;
}

/** Whether a word with a small first letter begins at `at`: no name such as iPhone, no list's item "b)". */
export function isLower(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const lower = code < 0x80 ? code >= 0x61 && code <= 0x7a : /\p{Ll}/u.test(text[at] ?? "");
  return lower && !/^[A-Z)]/.test(text[at + 1] ?? "");
}

/** English's ways to go on after a question or cry that is quoted: "Go!" Mary said. */
const SPEAKER =
  /\p{Lu}[\p{L}'’-]{0,30}\.? (?:\p{Lu}[\p{L}'’-]{0,30} )?(?:said|says|asked|asks|replied|cried|exclaimed|answered|added|shouted|whispered|muttered|murmured|called|demanded|continued)\b/uy;

/** Whether at `at` a speaker is named, whose words come before. */
export function namesSpeaker(text: string, at: number): boolean {
  SPEAKER.lastIndex = at;
  return SPEAKER.test(text);
}
