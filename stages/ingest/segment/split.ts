import { type Abbreviations, abbreviationsOf } from "./abbreviations.ts";
import { endsKoreanSentence, isEnumerator, isQuotative } from "./korean.ts";
import { UNMARKED_FINALS, unmarkedEnd } from "./korean-endings.ts";
import { isStop, Mark, markAt, patternFinder, type StopFinder, tableFinder } from "./marks.ts";
import { isHangul } from "./script.ts";
import { readStop, type Stop } from "./stop.ts";
import { endsAfterWord, isLower, namesSpeaker, skipOpeners, wordAt } from "./words.ts";

/**
 * Splits a paragraph, its white space collapsed, into sentences by the rules of a language (a primary BCP 47 subtag):
 * slices of it in order, between which lies nothing but blanks. Linear in time.
 */
export function splitSentences(paragraph: string, language: string): string[] {
  return new Splitter(paragraph, language).split();
}

const findStop = patternFinder("");
const FINDERS: ReadonlyMap<string, StopFinder> = new Map([
  ["el", patternFinder(";")],
  ["ko", tableFinder(UNMARKED_FINALS)],
  ...["ja", "zh"].map((language) => [language, tableFinder("")] as const),
]);

class Splitter {
  readonly #text: string;
  readonly #korean: boolean;
  readonly #english: boolean;
  readonly #nextStop: StopFinder;
  readonly #abbreviations: Abbreviations;
  #start = 0;
  #uncased: boolean | undefined;

  constructor(text: string, language: string) {
    this.#text = text;
    this.#korean = language === "ko";
    this.#english = language === "en";
    this.#nextStop = FINDERS.get(language) ?? findStop;
    this.#abbreviations = abbreviationsOf(language);
  }

  split(): string[] {
    const text = this.#text;
    const sentences: string[] = [];
    this.#start = skipBlanks(text, 0);
    for (let at = this.#nextStop(text, 0); at < text.length; ) {
      const { end, ends } = this.#read(at);
      if (end >= text.length) break;
      if (ends) {
        sentences.push(text.slice(this.#start, end));
        this.#start = skipBlanks(text, end);
      }
      at = this.#nextStop(text, end);
    }
    const last = text.slice(this.#start).trimEnd();
    if (last !== "") sentences.push(last);
    return sentences;
  }

  #read(at: number): { end: number; ends: boolean } {
    const text = this.#text;
    if (this.#korean && isHangul(text.charCodeAt(at))) {
      const end = unmarkedEnd(text, at);
      return end < 0 ? { end: at + 1, ends: false } : { end, ends: true };
    }
    // Half of a letter beyond U+FFFF may have been found.
    if (markAt(text, at) === 0) return { end: at + 1, ends: false };
    const stop = readStop(text, this.#start, at);
    return { end: stop.end, ends: stop.end < text.length && this.#ends(stop) };
  }

  #ends(stop: Stop): boolean {
    const text = this.#text;
    const blank = text[stop.end] === " ";
    const next = blank ? stop.end + 1 : stop.end;
    if (markAt(text, next) === Mark.pause) return false;
    if (stop.unspaced) return blank || this.#endsUnspaced(stop);
    if (!blank) return this.#endsWithoutBlank(stop);
    if (isStop(text, next)) return false;
    if (this.#korean && isHangul(text.charCodeAt(stop.from - 1)))
      return this.#endsAfterHangul(stop, next);
    return this.#endsBefore(stop, skipOpeners(text, next));
  }

  /** After Hangul a blank ends the sentence, but for what only pauses, numbers a list or is quoted. */
  #endsAfterHangul({ from, marksEnd, closed }: Stop, next: number): boolean {
    const text = this.#text;
    if (closed && isQuotative(text, next)) return false;
    const mark = text[from]!;
    const pausing = mark === "…" || mark === "‥" || (mark === "." && marksEnd - from > 1);
    if (pausing) return endsKoreanSentence(text, from, next);
    return !(mark === "." && from - 1 === this.#start && isEnumerator(text[this.#start]!));
  }

  /** Whether a stop ends a sentence before the word at `word`. */
  #endsBefore(stop: Stop, word: number): boolean {
    const text = this.#text;
    const single = stop.marksEnd - stop.from === 1 && text[stop.from] === ".";
    if (isLower(text, word)) {
      const pausing =
        stop.closed || text[stop.from] === "…" || (!single && text[stop.from] === ".");
      if (pausing || !this.#isUncased()) return false;
    }
    if (stop.closed) return single || !this.#english || !namesSpeaker(text, word);
    return !single || this.#endsAfterWord(stop.from, word);
  }

  #endsAfterWord(at: number, next: number): boolean {
    const stop = { start: this.#start, at, next };
    return endsAfterWord(this.#text, stop, this.#abbreviations, this.#korean);
  }

  /** Text without a capital letter has none at the beginning of its sentences. */
  #isUncased(): boolean {
    this.#uncased ??= !/\p{Lu}/u.test(this.#text);
    return this.#uncased;
  }

  /** Chinese and Japanese: what is quoted may go on as part of a sentence, a title may have stops of its own. */
  #endsUnspaced({ from, marksEnd, end, closed }: Stop): boolean {
    const text = this.#text;
    if (closed && /\p{Script=Hiragana}/u.test(text[end]!)) return false;
    // "３．５"
    if (text[marksEnd - 1] === "．" && /\p{N}/u.test(text[end]!)) return false;
    return !isInTitle(text, from);
  }

  /** No blank after a mark that wants one: it was forgotten, or the script has none, or a dash or quote begins. */
  #endsWithoutBlank(stop: Stop): boolean {
    const text = this.#text;
    const { from, end, closed } = stop;
    if (this.#korean && !closed && endsKoreanSentence(text, from, end)) return true;
    if (EAST_ASIAN.test(text[end]!))
      return (
        /[!?]/.test(text[from]!) && EAST_ASIAN.test(text[from - 1] ?? "") && !isInTitle(text, from)
      );
    if (/[“«「『]|—|–|--/.test(text.slice(end, end + 2))) {
      const word = skipOpeners(text, end);
      return /\p{Lu}/u.test(text[word] ?? "") && this.#endsBefore(stop, word);
    }
    return !closed && this.#lacksBlank(stop);
  }

  /** "It ended.Then": a word in small letters before, one that often begins sentences after. */
  #lacksBlank({ from, end }: Stop): boolean {
    const text = this.#text;
    if (!/^\p{Lu}/u.test(text[end]!)) return false;
    const following = wordAt(text, end);
    return (
      text[end + following.length] === " " &&
      this.#abbreviations.isStarter(following) &&
      /(?:^|[ "“(])\p{Ll}{3,}$/u.test(text.slice(Math.max(this.#start, from - 20), from))
    );
  }
}

const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** The longest title of a book or film whose own full stops are looked for. */
const LONGEST_TITLE = 40;

/** Whether a 《 before `at` is still open. */
function isInTitle(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - LONGEST_TITLE), at);
  return before.lastIndexOf("《") > before.lastIndexOf("》");
}

function skipBlanks(text: string, at: number): number {
  let next = at;
  while (text[next] === " ") next++;
  return next;
}
