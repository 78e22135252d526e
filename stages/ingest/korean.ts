/** Final syllables of Korean predicates (declarative, polite, interrogative, nominal) that can end a sentence. */
const FINAL_SYLLABLES: ReadonlySet<string> = new Set("다요까죠네라자냐니구군임음함됨");

/** What a quotation is followed by when its sentence goes on: "... said", "called ...". */
const QUOTATIVES = /(?:이?라[고는며면]|하[고며면였]|했|고 |며 |는 )/y;

/** The syllables that number a list as letters do. */
const ENUMERATORS: ReadonlySet<string> = new Set("가나다라마바사아자차카타파하");

/** Whether a UTF-16 code unit is a precomposed Hangul syllable. */
export function isHangul(code: number): boolean {
  return code >= 0xac00 && code <= 0xd7a3;
}

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

/** Text of which Hangul is at least this share of the letters is Korean. */
const KOREAN_SHARE = 0.3;
const SAMPLE = 256;

/** Whether a paragraph is Korean, by the share of Hangul among the letters of its first 256 characters. */
export function isKorean(paragraph: string): boolean {
  const sample = paragraph.slice(0, SAMPLE);
  if (!/[\uac00-\ud7a3]/.test(sample)) return false;
  let hangul = 0;
  let others = 0;
  for (let at = 0; at < sample.length; at++) {
    const code = sample.charCodeAt(at);
    if (isHangul(code)) hangul++;
    else if (isLetter(code)) others++;
  }
  return hangul >= KOREAN_SHARE * (hangul + others);
}

/** Letters as far as a share needs them: ASCII's, and beyond it all but punctuation. */
function isLetter(code: number): boolean {
  if (code < 0x80) return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  return code >= 0xc0 && (code < 0x2000 || code > 0x206f) && (code < 0x3000 || code > 0x303f);
}
