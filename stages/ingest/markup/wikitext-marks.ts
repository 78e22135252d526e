/**
 * Characters that stand for others while wikitext is converted: noncharacters, which no text for interchange holds
 * (Unicode Standard, section 23.7). Those that a page has nevertheless are removed first.
 */
const FIRST = 0xfdd0;

/** Something was left out here: what is tidied is only around such places. */
export const GAP = String.fromCharCode(FIRST);

/** Characters that the converter would take for markup, or would change; each has its own stand-in. */
const LITERAL = "$。<&{}[]|=~'*#:;-_";
const STAND_INS = new Map(
  [...LITERAL].map((char, i) => [char, String.fromCharCode(FIRST + 1 + i)]),
);
const ORIGINALS = new Map([...STAND_INS].map(([char, standIn]) => [standIn, char]));

/** Text without the characters that are used here. */
export function withoutMarks(text: string): string {
  return /[\ufdd0-\ufdef]/.test(text) ? text.replace(/[\ufdd0-\ufdef]/g, "") : text;
}

/** Hides everything that could be markup: the text means itself. */
export function literal(text: string): string {
  return text.replace(/[$。<&{}[\]|=~'*#:;_-]/g, (char) => STAND_INS.get(char)!);
}

/** Hides what is not markup but would be changed: the converter's replacements, its full stops, its entities. */
export function guarded(text: string): string {
  return GUARDED.test(text) ? text.replace(/[$。<&{}~]/g, (char) => STAND_INS.get(char)!) : text;
}

const GUARDED = /[$。<&{}~]/;

/** Puts the characters back for which others stand. */
export function revealed(text: string): string {
  return text.replace(/[\ufdd1-\ufdef]/g, (standIn) => ORIGINALS.get(standIn) ?? "");
}
