/** Whether a UTF-16 code unit is a precomposed Hangul syllable. */
export function isHangul(code: number): boolean {
  return code >= 0xac00 && code <= 0xd7a3;
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

/** Scripts, with the language that text in one is in unless something tells otherwise. */
const SCRIPTS: readonly (readonly [script: string, language: string])[] = [
  ["Latin", "und"],
  ["Cyrillic", "ru"],
  ["Arabic", "ar"],
  ["Devanagari", "hi"],
  ["Greek", "el"],
  ["Hebrew", "he"],
  ["Thai", "th"],
  ["Lao", "lo"],
  ["Bengali", "bn"],
  ["Gurmukhi", "pa"],
  ["Gujarati", "gu"],
  ["Oriya", "or"],
  ["Tamil", "ta"],
  ["Telugu", "te"],
  ["Kannada", "kn"],
  ["Malayalam", "ml"],
  ["Sinhala", "si"],
  ["Myanmar", "my"],
  ["Khmer", "km"],
  ["Tibetan", "bo"],
  ["Georgian", "ka"],
  ["Armenian", "hy"],
  ["Ethiopic", "am"],
  ["Mongolian", "mn"],
  ["Thaana", "dv"],
];

const LETTERS = SCRIPTS.map(
  ([script, language]) => [script, language, new RegExp(`\\p{Script=${script}}`, "gu")] as const,
);

/** The share of kana from which text in Han and kana is Japanese: Chinese quotes little of it. */
const KANA_SHARE = 0.1;
/** The share of Han and kana from which text with Latin letters is Chinese or Japanese: a sign is worth a word. */
const EAST_ASIAN_SHARE = 0.2;

/** The script that prevails in a text, and the language that it alone suggests (`und` for Latin and no letters). */
export function prevailingScript(text: string): { script: string; language: string } {
  const letters = count(text, /\p{L}/gu);
  if (letters === 0) return { script: "none", language: "und" };
  const hangul = count(text, /\p{Script=Hangul}/gu);
  if (hangul >= KOREAN_SHARE * letters) return { script: "Hangul", language: "ko" };
  const kana = count(text, /[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  const han = count(text, /\p{Script=Han}/gu);
  if (kana + han >= EAST_ASIAN_SHARE * letters)
    return { script: "Han", language: kana >= KANA_SHARE * (kana + han) ? "ja" : "zh" };
  let most = 0;
  let prevailing = { script: "other", language: "und" };
  for (const [script, language, pattern] of LETTERS) {
    const found = count(text, pattern);
    if (found <= most) continue;
    most = found;
    prevailing = { script, language };
    if (found * 2 > letters) break;
  }
  return prevailing;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
