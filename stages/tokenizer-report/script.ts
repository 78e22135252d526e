/** Unicode's names of the scripts that are told apart; words of others count as `Other`. */
const SCRIPTS = [
  "Latin",
  "Hangul",
  "Han",
  "Hiragana",
  "Katakana",
  "Cyrillic",
  "Greek",
  "Arabic",
  "Hebrew",
  "Devanagari",
  "Bengali",
  "Gurmukhi",
  "Gujarati",
  "Tamil",
  "Telugu",
  "Kannada",
  "Malayalam",
  "Sinhala",
  "Thai",
  "Lao",
  "Khmer",
  "Myanmar",
  "Tibetan",
  "Georgian",
  "Armenian",
  "Ethiopic",
  "Mongolian",
] as const;

const KINDS: readonly (readonly [name: string, test: RegExp])[] = [
  ...SCRIPTS.map((name) => [name, new RegExp(`\\p{Script=${name}}`, "u")] as const),
  ["Number", /\p{N}/u],
  ["Punctuation", /\p{P}/u],
  ["Symbol", /\p{S}/u],
];

const known = new Map<string, string | undefined>();

/** The script of a word's first character that has one; else what it begins with: a number, punctuation, a symbol. */
export function scriptOf(word: string): string {
  let first: string | undefined;
  for (const character of word) {
    if (!known.has(character))
      known.set(character, KINDS.find(([, test]) => test.test(character))?.[0]);
    const kind = known.get(character);
    if (kind === undefined) continue;
    if (kind !== "Number" && kind !== "Punctuation" && kind !== "Symbol") return kind;
    first ??= kind;
  }
  return first ?? "Other";
}
