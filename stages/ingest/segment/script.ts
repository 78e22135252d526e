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

/** Classes of characters that are counted: first those of `SCRIPTS`, in their order. */
const HANGUL = SCRIPTS.length;
const KANA = HANGUL + 1;
const HAN = KANA + 1;
const OTHER = HAN + 1;
const CLASSES: readonly RegExp[] = [
  ...SCRIPTS.map(([script]) => new RegExp(`\\p{Script=${script}}`, "u")),
  /\p{Script=Hangul}/u,
  /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
  /\p{Script=Han}/u,
];

/** The share of kana from which text in Han and kana is Japanese: Chinese quotes little of it. */
const KANA_SHARE = 0.1;
/** The share of Han and kana from which text with Latin letters is Chinese or Japanese: a sign is worth a word. */
const EAST_ASIAN_SHARE = 0.2;

/** The script that prevails in a text, and the language that it alone suggests (`und` for Latin and no letters). */
export function prevailingScript(text: string): { script: string; language: string } {
  const { letters, counts } = countScripts(text);
  if (letters === 0) return { script: "none", language: "und" };
  if (counts[HANGUL]! >= KOREAN_SHARE * letters) return { script: "Hangul", language: "ko" };
  const [kana, han] = [counts[KANA]!, counts[HAN]!];
  if (kana + han >= EAST_ASIAN_SHARE * letters)
    return { script: "Han", language: kana >= KANA_SHARE * (kana + han) ? "ja" : "zh" };
  let most = 0;
  let prevailing = { script: "other", language: "und" };
  for (const [index, [script, language]] of SCRIPTS.entries()) {
    if (counts[index]! <= most) continue;
    most = counts[index]!;
    prevailing = { script, language };
    if (most * 2 > letters) break;
  }
  return prevailing;
}

/** What `kindOf` has said of each code unit, and 1 more; 0 where it was not asked. */
const known = new Uint8Array(0x1_0000);

/** How many letters a text has, and how many characters of each class. */
function countScripts(text: string): { letters: number; counts: Uint32Array } {
  const counts = new Uint32Array(OTHER + 1);
  let letters = 0;
  for (let at = 0; at < text.length; at++) {
    const kind = kindOf(text, at);
    counts[kind >> 1]!++;
    letters += kind & 1;
    if (text.codePointAt(at)! > 0xffff) at++;
  }
  return { letters, counts };
}

/** Twice the class of the character at `at`, and 1 more for a letter. */
function kindOf(text: string, at: number): number {
  const point = text.codePointAt(at)!;
  if (point > 0xffff) return classify(point);
  if (known[point] === 0) known[point] = 1 + classify(point);
  return known[point]! - 1;
}

function classify(point: number): number {
  const character = String.fromCodePoint(point);
  const found = CLASSES.findIndex((pattern) => pattern.test(character));
  return 2 * (found < 0 ? OTHER : found) + Number(/\p{L}/u.test(character));
}
