import { boundSentence } from "./bound.ts";
import { documentLanguage } from "./detect.ts";
import { isKorean } from "./script.ts";
import { splitSentences } from "./split.ts";

export { detectLanguage, documentLanguage } from "./detect.ts";
export { type LanguageOption, languageSchema } from "./language.ts";

/** A document's sentences, and the indices of those with which its paragraphs begin. */
export interface Segmented {
  /** A primary BCP 47 subtag, or `und`. */
  readonly language: string;
  readonly sentences: readonly string[];
  readonly paragraphStarts: readonly number[];
}

/**
 * Splits a document's paragraphs, none of them empty and white space collapsed in each, into sentences of at most 2000
 * UTF-16 code units: by the rules of the source's `language`; where that is `auto`, Korean paragraphs by Korean's and
 * others by those of the document's language, which is `declared` by its data (a BCP 47 tag) or else detected.
 */
export async function segment(
  blocks: readonly string[],
  language: string,
  declared?: string,
): Promise<Segmented> {
  const found = await documentLanguage(blocks, language, declared);
  const sentences: string[] = [];
  const paragraphStarts: number[] = [];
  for (const block of blocks) {
    const rules = language === "auto" ? rulesFor(block, found) : found;
    paragraphStarts.push(sentences.length);
    for (const sentence of splitSentences(block, rules))
      for (const bounded of boundSentence(sentence)) sentences.push(bounded);
  }
  return { language: found, sentences, paragraphStarts };
}

function rulesFor(block: string, language: string): string {
  if (isKorean(block)) return "ko";
  return language === "ko" ? "en" : language;
}
