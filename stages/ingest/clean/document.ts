import { withoutGutenbergFrame } from "./gutenberg.ts";
import { lineCleaner } from "./line.ts";
import { isNotice } from "./notices.ts";
import type { CleanParams } from "./params.ts";

/** What is left of a document. */
export interface FilteredDocument {
  readonly blocks: readonly string[];
  /** Why the document is not to be used, where it is not: one of few phrases, without text of the document. */
  readonly dropped?: string;
  /** Paragraphs (or lines, where those are paragraphs) that were taken out. */
  readonly removedLines: number;
}

/** A function that takes boilerplate out of a document's clean paragraphs and says whether the rest is wanted. */
export function documentFilter(
  params: CleanParams,
): (blocks: readonly string[]) => FilteredDocument {
  const unwanted = paragraphTest(params);
  return (blocks) => {
    let left = params.boilerplate.gutenberg ? withoutGutenbergFrame(blocks) : blocks;
    if (unwanted !== undefined) left = left.filter((block) => !unwanted(block));
    if (params.repeated !== undefined) left = withoutRepeated(left, params.repeated);
    const removedLines = Math.max(0, blocks.length - left.length);
    const dropped =
      left.length === 0 && blocks.length > 0
        ? "nothing but boilerplate"
        : reasonToDrop(left, params);
    return dropped === undefined
      ? { blocks: left, removedLines }
      : { blocks: left, dropped, removedLines };
  };
}

/** Whether a paragraph is boilerplate by itself; undefined where none can be. */
function paragraphTest(params: CleanParams): ((block: string) => boolean) | undefined {
  const { notices, startsWith, contains } = params.boilerplate;
  // Patterns are cleaned as the text is, so that they match however they were typed.
  const cleaned = lineCleaner(params);
  const prefixes = startsWith.map(cleaned).filter((pattern) => pattern !== "");
  const parts = contains.map(cleaned).filter((pattern) => pattern !== "");
  if (!notices && prefixes.length === 0 && parts.length === 0) return undefined;
  return (block) =>
    (notices && isNotice(block)) ||
    prefixes.some((prefix) => block.startsWith(prefix)) ||
    parts.some((part) => block.includes(part));
}

function withoutRepeated(
  blocks: readonly string[],
  { moreThan, keep }: NonNullable<CleanParams["repeated"]>,
): readonly string[] {
  if (blocks.length <= moreThan) return blocks;
  const counts = new Map<string, number>();
  for (const block of blocks) counts.set(block, (counts.get(block) ?? 0) + 1);
  const seen = new Set<string>();
  return blocks.filter((block) => {
    if (counts.get(block)! <= moreThan) return true;
    const first = !seen.has(block);
    seen.add(block);
    return keep === "first" && first;
  });
}

function reasonToDrop(blocks: readonly string[], params: CleanParams): string | undefined {
  const { minCharacters, maxCharacters, minLetterShare } = params;
  if (minCharacters > 0 || maxCharacters !== undefined) {
    const characters = blocks.reduce((sum, block) => sum + characterCount(block), 0);
    if (characters < minCharacters) return `fewer than ${minCharacters} characters`;
    if (maxCharacters !== undefined && characters > maxCharacters)
      return `more than ${maxCharacters} characters`;
  }
  if (minLetterShare > 0 && letterShare(blocks) < minLetterShare)
    return `letters are less than ${minLetterShare} of its characters`;
  return undefined;
}

/** Code points. */
function characterCount(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count--;
  return count;
}

/** Letters with the marks that scripts write them with, as a share of what is no white space; 0 where nothing is. */
function letterShare(blocks: readonly string[]): number {
  let visible = 0;
  let letters = 0;
  for (const block of blocks) {
    visible += characterCount(block.replace(/\s/g, ""));
    letters += characterCount(block.replace(/[^\p{L}\p{M}]/gu, ""));
  }
  return visible === 0 ? 0 : letters / visible;
}
