import { IntList } from "./int-list.ts";
import type { TrainerOptions } from "./trainer.ts";
import { decodeInto } from "./utf8.ts";
import type { WordCounts } from "./word-counts.ts";

/** The code points to train on, in order: the initial alphabet's, and those that occur most, ties by code point. */
export function frequentChars(
  { words, counts }: WordCounts,
  {
    alphabetLimit,
    initialAlphabet = [],
  }: Pick<TrainerOptions, "alphabetLimit" | "initialAlphabet">,
): number[] {
  const frequencies = new Float64Array(0x110000);
  const chars = new IntList(64);
  for (let word = 0; word < words.size; word++) {
    chars.length = 0;
    decodeInto(words.bytes, words.offsets.values[word]!, words.offsets.values[word + 1]!, chars);
    for (let at = 0; at < chars.length; at++) frequencies[chars.values[at]!]! += counts[word]!;
  }
  for (const char of initialAlphabet) frequencies[char.codePointAt(0)!] = Number.POSITIVE_INFINITY;
  const occurring: number[] = [];
  for (let code = 0; code < frequencies.length; code++)
    if (frequencies[code]! > 0) occurring.push(code);
  return occurring
    .sort((a, b) => frequencies[b]! - frequencies[a]! || a - b)
    .slice(0, alphabetLimit)
    .sort((a, b) => a - b);
}
