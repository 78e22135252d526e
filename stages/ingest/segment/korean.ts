import { isHangul } from "./script.ts";

/** Final syllables of Korean predicates (declarative, polite, interrogative, nominal) that can end a sentence. */
const FINAL_SYLLABLES: ReadonlySet<string> = new Set("다요까죠네라자냐니구군임음함됨");

/** What a quotation is followed by when its sentence goes on: "... said", "called ...". */
const QUOTATIVES = /(?:이?라[고는며면]|하[고며면였]|했|고 |며 |는 )/y;

/** The syllables that number a list as letters do. */
const ENUMERATORS: ReadonlySet<string> = new Set("가나다라마바사아자차카타파하");

/** Whether marks at `at` that need not end a sentence (an ellipsis, a stop without a blank) do, `next` following. */
export function endsKoreanSentence(text: string, at: number, next: number): boolean {
  return (
    FINAL_SYLLABLES.has(text[at - 1] ?? "") &&
    // One syllable alone is an interjection.
    isHangul(text.charCodeAt(at - 2)) &&
    isHangul(text.charCodeAt(next)) &&
    !isQuotative(text, next)
  );
}

/** Whether at `at` stands a particle or verb that carries a quotation on. */
export function isQuotative(text: string, at: number): boolean {
  QUOTATIVES.lastIndex = at;
  return QUOTATIVES.test(text);
}

/** Whether a syllable before a full stop, alone, numbers a list. */
export function isEnumerator(syllable: string): boolean {
  return ENUMERATORS.has(syllable);
}
