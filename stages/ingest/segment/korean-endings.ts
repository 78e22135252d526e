import { isStop, Mark, markAt } from "./marks.ts";
import { isHangul } from "./script.ts";

/** Syllables at which the end of a sentence without a full stop is looked for. */
export const UNMARKED_FINALS = "다요죠음까";

/** Laughter, tears, waves, hearts and emoji after a predicate: of its sentence, and as good as a full stop. */
const FEELING = /(?: ?(?:[ㅋㅎㅠㅜ~^♥♡★☆\u2600-\u27bf\u{1f300}-\u{1faff}]|\ufe0f|\u200d))+/uy;

/** What goes on after a predicate with its sentence: "thinks that", "even if", "than when", "such as". */
const CARRIED_ON =
  /(?:이?라[고는며면]|[고며는면만든]( |$)|하[고며면는던여였더니기]|하지(?!만)|했|해[도서]|한다|싶|생각|느[꼈끼낄낌]|말[하했을이]|그러|그랬|보니|보면|보[이였]|[갔깼]다|치[고면더]|쳐도|칭찬|믿[었고]|듣|들[었으]|거[나든]|지만|던|[가도]( |$))/y;

/** Vowels of the syllable before 요 (and its final consonant, 0 for none) that make up a polite ending. */
const BEFORE_YO: ReadonlySet<string> = new Set(
  "어아여에예네군세까나대래데든죠게워와봐려겨져쳐셔녀러라해돼줘둬꿔춰지걸을",
);
/** Nouns that end like polite predicates. */
const YO_NOUNS = /(?:^|[^가-힣])(?:세요|네요|대요|나요|에요|지요)$/;

/** Stems of adjectives before 다 that hardly ever stand before anything but a sentence's end. */
const BEFORE_DA: ReadonlySet<string> = new Set("없같좋싶많않");

/** Nouns and names that end like verbs in the present. */
const DA_NOUNS = /(?:베란|르완|우간|프로파간|미란|아만|캐나|판|폰|혼|린)다$/;

/** Stems of one syllable in the present: goes, comes, sees. */
const PRESENT: ReadonlySet<string> = new Set("한간온본된난준쓴탄산쩐진친논선운");

const SIOS_SIOS = 20;
const NIEUN = 4;
const PIEUP = 17;

/** The final consonant of a Hangul syllable by its place in Unicode's order, 0 for none; -1 for other characters. */
function finalOf(code: number): number {
  return isHangul(code) ? (code - 0xac00) % 28 : -1;
}

/**
 * Where a Korean sentence without a full stop ends, of which `at` is the last syllable's place: after that, or after
 * the laughter that follows it; -1 where none ends that one can be sure of.
 */
export function unmarkedEnd(text: string, at: number): number {
  if (isHangul(text.charCodeAt(at + 1))) return -1;
  FEELING.lastIndex = at + 1;
  const end = FEELING.test(text) ? FEELING.lastIndex : at + 1;
  if (text[end] !== " " || isStop(text, end + 1) || markAt(text, end + 1) === Mark.pause) return -1;
  CARRIED_ON.lastIndex = end + 1;
  if (CARRIED_ON.test(text)) return -1;
  return isPredicate(text, at) ? end : -1;
}

function isPredicate(text: string, at: number): boolean {
  const before = text[at - 1] ?? "";
  const final = finalOf(text.charCodeAt(at - 1));
  // Two syllables are more often an adverb or a noun.
  const marked = final === SIOS_SIOS || PRESENT.has(before);
  if (final < 0 || (!marked && !isHangul(text.charCodeAt(at - 2)))) return false;
  switch (text[at]) {
    case "다":
      return (
        final === SIOS_SIOS ||
        (before === "니" && finalOf(text.charCodeAt(at - 2)) === PIEUP) ||
        BEFORE_DA.has(before) ||
        (final === NIEUN && !DA_NOUNS.test(text.slice(Math.max(0, at - 4), at + 1)))
      );
    case "까":
      return before === "니" && finalOf(text.charCodeAt(at - 2)) === PIEUP;
    case "음":
      return (final === SIOS_SIOS || before === "없") && !text.startsWith(" 좋", at + 1);
    case "죠":
      return true;
    default:
      // Of nouns in 가요 (songs) and questions in ㄴ가요 only these are told from the others.
      if (before === "가") return finalOf(text.charCodeAt(at - 2)) === NIEUN;
      return BEFORE_YO.has(before) && !YO_NOUNS.test(text.slice(Math.max(0, at - 3), at + 1));
  }
}
