import type { Gold } from "./sentence-gold.ts";
import type { Splitter } from "./sentence-splitters.ts";

/** Borders within paragraphs: how many a splitter found, how many there are, and how many of the former are right. */
export interface Score {
  readonly right: number;
  readonly found: number;
  readonly wanted: number;
}

/** What a splitter makes of gold sets, summed over them. */
export function scoreOf({ split }: Splitter, golds: readonly Gold[]): Score {
  const score = { right: 0, found: 0, wanted: 0 };
  for (const { paragraphs, joint, language } of golds)
    for (const sentences of paragraphs) {
      const wanted = new Set(borders(sentences));
      const found = borders(split(sentences.join(joint), language));
      score.wanted += wanted.size;
      score.found += found.length;
      score.right += found.filter((border) => wanted.has(border)).length;
    }
  return score;
}

/** Where all but the last piece end, counted in characters that are not white space. */
function borders(pieces: readonly string[]): number[] {
  let at = 0;
  const ends = pieces.map((piece) => {
    at += piece.replace(/\s+/g, "").length;
    return at;
  });
  return [...new Set(ends)].filter((end) => end > 0 && end < at);
}

/** The harmonic mean of precision and recall, from 0 to 1; 1 where there is no border and none was found. */
export function f1({ right, found, wanted }: Score): number {
  return found + wanted === 0 ? 1 : (2 * right) / (found + wanted);
}
