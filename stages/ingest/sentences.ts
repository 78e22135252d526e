import { abbreviationKind, isStarter } from "./abbreviations.ts";
import { endsKoreanSentence, isEnumerator, isHangul, isQuotative } from "./korean.ts";

export type Language = "en" | "ko";

/**
 * Splits a paragraph, its white space collapsed, into sentences: slices of it in order, between which lies
 * nothing but blanks. Rules for English and Korean, and for other scripts by their own full stops. Linear in time.
 */
export function splitSentences(paragraph: string, language: Language): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (let at = nextStop(paragraph, 0); at < paragraph.length; ) {
    const stop = readStop(paragraph, at);
    if (stop.end >= paragraph.length) break;
    if (endsSentence(paragraph, start, stop, language)) {
      sentences.push(paragraph.slice(start, stop.end));
      start = paragraph[stop.end] === " " ? stop.end + 1 : stop.end;
    }
    at = nextStop(paragraph, stop.end);
  }
  if (start < paragraph.length) sentences.push(paragraph.slice(start));
  return sentences;
}

/** Ends a sentence only before a blank: . ! ? and their like in scripts written with blanks. */
const SPACED = 1;
/** Ends a sentence wherever it stands: the full stops of scripts written without blanks. */
const UNSPACED = 2;
const CLOSER = 3;
const OPENER = 4;
/** What cannot begin a sentence. */
const PAUSE = 5;

const KINDS: readonly (readonly [kind: number, characters: string])[] = [
  [SPACED, ".!?…‥‼⁇⁈⁉؟۔։።"],
  [UNSPACED, "。！？｡．।॥။"],
  [CLOSER, ")]}\"'”’»›」』】〉》〕）］｝"],
  [OPENER, "([{“‘«‹「『【〈《〔（［｛-–—_*¿¡#"],
  [PAUSE, ",;:%、，；："],
];

const KIND_OF = new Uint8Array(0x10000);
for (const [kind, characters] of KINDS)
  for (const character of characters) KIND_OF[character.charCodeAt(0)] = kind;

const STOP = new RegExp(`[${KINDS[0]![1]}${KINDS[1]![1]}]`, "g");

/** A regular expression scans twice as fast as a loop here. */
function nextStop(text: string, from: number): number {
  STOP.lastIndex = from;
  return STOP.test(text) ? STOP.lastIndex - 1 : text.length;
}

/** A run of stops, [from, marksEnd), with the closing quotes and brackets after it, [marksEnd, end). */
interface Stop {
  readonly from: number;
  readonly marksEnd: number;
  readonly end: number;
  readonly unspaced: boolean;
}

function readStop(text: string, from: number): Stop {
  let marksEnd = from;
  let unspaced = false;
  for (; marksEnd < text.length; marksEnd++) {
    const kind = KIND_OF[text.charCodeAt(marksEnd)]!;
    if (kind !== SPACED && kind !== UNSPACED) break;
    unspaced = kind === UNSPACED;
  }
  let end = marksEnd;
  for (; end < text.length; end++) {
    if (KIND_OF[text.charCodeAt(end)] === CLOSER) continue;
    // Tokenised text puts a blank before its closing brackets.
    const bracketFollows = text[end] === " " && /[)\]}]/.test(text[end + 1] ?? "");
    if (!bracketFollows) break;
  }
  return { from, marksEnd, end, unspaced };
}

function endsSentence(text: string, start: number, stop: Stop, language: Language): boolean {
  const korean = language === "ko";
  const blank = text[stop.end] === " ";
  const next = blank ? stop.end + 1 : stop.end;
  if (KIND_OF[text.charCodeAt(next)] === PAUSE) return false;
  const closed = stop.end > stop.marksEnd;
  if (stop.unspaced) return blank || !(closed && /\p{Script=Hiragana}/u.test(text[next]!));
  if (!blank) return korean && !closed && endsKoreanSentence(text, stop.from, next);

  if (isStop(text, next)) return false;
  if (korean && isHangul(text.charCodeAt(stop.from - 1)))
    return endsBeforeBlank(text, start, stop, next, closed);
  const word = skipOpeners(text, next);
  if (isLower(text, word)) return false;
  const single = stop.marksEnd - stop.from === 1 && text[stop.from] === ".";
  return !single || closed || endsAfterWord(text, start, stop.from, word, korean);
}

/** After Hangul a blank ends the sentence, but for what only pauses, numbers a list or is quoted. */
function endsBeforeBlank(
  text: string,
  start: number,
  stop: Stop,
  next: number,
  closed: boolean,
): boolean {
  if (closed && isQuotative(text, next)) return false;
  const mark = text[stop.from]!;
  const pausing = mark === "…" || mark === "‥" || (mark === "." && stop.marksEnd - stop.from > 1);
  if (pausing) return endsKoreanSentence(text, stop.from, next);
  return !(mark === "." && stop.from - 1 === start && isEnumerator(text[start]!));
}

const NUMBER = /^\p{N}+$/u;
/** What numbers the items of a list, and so opens a sentence rather than being one. */
const ENUMERATOR = /^(\p{N}+|[A-Za-z]|[IVXLC]+|[ivxlc]+)$/u;

/** The longest word worth looking up before a full stop. */
const LONGEST_WORD = 16;

/** Whether a single full stop after [.., at) ends a sentence, the next one beginning with the word at `next`. */
function endsAfterWord(
  text: string,
  start: number,
  at: number,
  next: number,
  korean: boolean,
): boolean {
  let from = at;
  while (from > start && at - from <= LONGEST_WORD && isOfWord(text.charCodeAt(from - 1), true))
    from--;
  while (from < at && (text[from] === "'" || text[from] === "’")) from++;
  const word = text.slice(from, at);
  if (word === "" || word.length > LONGEST_WORD) return true;

  if (korean && NUMBER.test(word)) return false;
  if (from <= start + 1 && ENUMERATOR.test(word)) return false;

  const kind = abbreviationKind(word);
  if (kind === undefined) return true;
  if (kind === "inside") return false;
  const following = wordAt(text, next);
  if (kind === "number") {
    const capital = /^\p{Lu}/u.test(word);
    return !(/^\p{N}/u.test(following) || (capital && /^[IVXLC]+$/.test(following)));
  }
  // "J. A. Smith": an initial is no beginning of a sentence.
  return isStarter(following) && text[next + following.length] !== ".";
}

function wordAt(text: string, at: number): string {
  let end = at;
  while (end < text.length && end - at < LONGEST_WORD && isOfWord(text.charCodeAt(end), false))
    end++;
  return text.slice(at, end);
}

/** Letters, digits and apostrophes are of a word, and so are the stops in it when it is read backwards from one. */
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
  return code === 0x2019 || /[\p{L}\p{N}]/u.test(String.fromCharCode(code));
}

function skipOpeners(text: string, at: number): number {
  let word = at;
  for (; word < text.length; word++) {
    const code = text.charCodeAt(word);
    const kind = KIND_OF[code];
    if (kind !== OPENER && kind !== CLOSER && code !== 0x20) break;
  }
  return word;
}

function isStop(text: string, at: number): boolean {
  const kind = KIND_OF[text.charCodeAt(at)];
  return kind === SPACED || kind === UNSPACED;
}

function isLower(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return code >= 0x61 && code <= 0x7a;
  return /\p{Ll}/u.test(text[at] ?? "");
}
