import { isStop, Mark, markAt, widthAt } from "./marks.ts";

/** A run of stops, [from, marksEnd), with the closing quotes, brackets, notes and emoji after it, [marksEnd, end). */
export interface Stop {
  readonly from: number;
  readonly marksEnd: number;
  readonly end: number;
  /** Whether the last of the marks ends a sentence without a blank. */
  readonly unspaced: boolean;
  readonly closed: boolean;
}

/** Reads on from a stop at `from`, in a sentence that begins at `start`. */
export function readStop(text: string, start: number, from: number): Stop {
  let unspaced = markAt(text, from) === Mark.unspaced;
  let marksEnd = from + widthAt(text, from);
  for (; marksEnd < text.length && isStop(text, marksEnd); marksEnd += widthAt(text, marksEnd))
    unspaced = markAt(text, marksEnd) === Mark.unspaced;
  let end = marksEnd;
  while (end < text.length) {
    if (closes(text, end)) end++;
    else if (text[end] === " " && closesAfterBlank(text, start, end + 1)) end += 2;
    else break;
  }
  const closed = end > marksEnd;
  if (text[end] === "[" || text.charCodeAt(end) > 0x7f) end = endOf(NOTES, text, end);
  if (mayFeel(text, text[end] === " " ? end + 1 : end)) end = endOf(FEELINGS, text, end);
  return { from, marksEnd, end, unspaced, closed };
}

/** German closes with what English opens with; an opening quote has its word right after it. */
function closes(text: string, at: number): boolean {
  const kind = markAt(text, at);
  if (kind === 0) return false;
  if (kind === Mark.closer) return text[at] !== "»" || !opensWord(text, at);
  return kind === Mark.opener && /[“‘«‹]/.test(text[at]!) && !opensWord(text, at);
}

function opensWord(text: string, at: number): boolean {
  return /^[\p{L}\p{N}]/u.test(text.slice(at + 1, at + 3));
}

/** How far a straight quote's partner is looked for. */
const QUOTED = 500;

/** Tokenised text puts a blank before its closing brackets and quotes, French before its guillemets. */
function closesAfterBlank(text: string, start: number, at: number): boolean {
  if (isLetterOfAscii(text.charCodeAt(at))) return false;
  if (/[)\]}]/.test(text[at] ?? "")) return true;
  const apart = at + 1 >= text.length || text[at + 1] === " ";
  if (!apart || at >= text.length) return false;
  if (/[»›”’]/.test(text[at]!)) return true;
  if (text[at] !== '"') return false;
  let quotes = 0;
  for (let back = at - 1; back >= start && at - back <= QUOTED; back--)
    if (text[back] === '"') quotes++;
  return quotes % 2 === 1;
}

/** References to notes, as Wikipedia has them: "large.[12]". */
const NOTES = /(?:\[[\p{L}\p{N} ]{1,10}\]|[¹²³⁰⁴-⁹†‡])+/uy;

/** Emoji, emoticons and Korean laughter, a blank before each or none: they belong to what comes before them. */
const FEELINGS =
  /(?: ?(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}ㅋㅎㅠㅜ^~♡♥]|\ufe0f|\u200d|[:;=]-?[()DP](?= |$)))+(?= |$)/uy;

/** Spares most text the regular expression above. */
function mayFeel(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 0x80 ? ":;=^~".includes(text[at]!) : code > 0xa8;
}

function isLetterOfAscii(code: number): boolean {
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
