import { primarySubtag } from "./language.ts";
import { prevailingScript } from "./script.ts";

/** How much of a text is looked at, in UTF-16 code units. */
const LOOKED_AT = 4096;

/** Scripts in which more than one language is told apart, with those languages; none named, all are candidates. */
const TOLD_APART: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ["Latin", undefined],
  ["Cyrillic", ["ru", "uk", "bg", "sr", "be"]],
  ["Arabic", ["ar", "fa", "ur", "ku"]],
  ["Devanagari", ["hi", "mr"]],
]);

/**
 * The language of a text as a primary BCP 47 subtag, by its first 4096 UTF-16 code units: by script, and where
 * several languages share one by `eld`, whose 60 are all that it tells; `und` where that is unsure.
 */
export async function detectLanguage(text: string): Promise<string> {
  const sample = text.slice(0, LOOKED_AT).replaceAll(/https?:\/\/\S+/g, " ");
  const { script, language } = prevailingScript(sample);
  if (!TOLD_APART.has(script)) return language;
  if (script === "Latin" && isPlainlyEnglish(sample)) return "en";
  const { eld } = await import("eld/extrasmall");
  const found = eld.detect(sample);
  const candidates = TOLD_APART.get(script);
  const sure = found.isReliable() && (candidates?.includes(found.language) ?? true);
  return sure ? found.language : language;
}

/** English's commonest words, which other languages do not have at this rate: they spare loading `eld`. */
const FUNCTION_WORDS = /\b(?:the|and|of|to|that|was|with|for|is)\b/gi;
const FEWEST = 6;
const SHARE = 0.12;

function isPlainlyEnglish(text: string): boolean {
  const found = text.match(FUNCTION_WORDS) ?? [];
  if (found.length < FEWEST || !found.some((word) => word.toLowerCase() === "the")) return false;
  const words = text.match(/[\p{L}\p{M}'’]+/gu)!.length;
  return found.length >= SHARE * words;
}

/**
 * A document's language: what its source says, else what its data declares (a BCP 47 tag), else what its
 * text looks like.
 */
export async function documentLanguage(
  blocks: readonly string[],
  option: string,
  declared: string | undefined,
): Promise<string> {
  return option === "auto"
    ? (primarySubtag(declared) ?? (await detectLanguage(sampleOf(blocks))))
    : option;
}

/** A short document whole, a long one from its middle block on: front matter may be in another language. */
function sampleOf(blocks: readonly string[]): string {
  const [beginning, whole] = textFrom(blocks, 0);
  return whole ? beginning : textFrom(blocks, blocks.length >> 1)[0];
}

/** As much text as is looked at, and whether it comes from all blocks to the last. */
function textFrom(blocks: readonly string[], first: number): [text: string, toTheLast: boolean] {
  let text = "";
  let at = first;
  for (; at < blocks.length && text.length < LOOKED_AT; at++)
    text += `${blocks[at]!.slice(0, LOOKED_AT)} `;
  return [text, at === blocks.length];
}
