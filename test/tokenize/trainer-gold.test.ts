import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { mergeInOrder, type TrainerOptions, trainWordPiece } from "../../lib/wordpiece/trainer.ts";
import { WordCounts } from "../../lib/wordpiece/word-counts.ts";
import { numbers } from "./nasty.ts";

interface Case {
  readonly parts: readonly string[];
  /** Parts in the longest word. */
  readonly length: number;
  readonly words: number;
  readonly size: number;
  readonly minFrequency: number;
  readonly alphabetLimit?: number;
  readonly initialAlphabet?: readonly string[];
  readonly alphabet: readonly string[];
  readonly merges: number;
  readonly first: readonly string[];
  readonly last: readonly string[];
  readonly digest: string;
}

const { cases }: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL("../gold/trainer.json", import.meta.url), "utf8"),
);

/** As `words` in test/gold/trainer_gold.py. */
function countWords({ parts, length, words }: Case, seed: number): WordCounts {
  const source = numbers(seed);
  const below = (limit: number) => source.next().value % limit;
  const counts = new WordCounts();
  for (let word = 0; word < words; word++) {
    let text = "";
    for (let left = 1 + below(length); left > 0; left--)
      text += parts[below(1 + below(parts.length))]!;
    const bytes = new TextEncoder().encode(text);
    counts.addWord(bytes, 0, bytes.length, 1);
  }
  return counts;
}

test.each(cases.map((given, seed) => ({ given, seed, parts: given.parts.slice(0, 6).join(" ") })))(
  "merges as Hugging Face does, words of $parts",
  ({ given, seed }) => {
    const { size, minFrequency, alphabetLimit = 1000, initialAlphabet = [] } = given;
    const specialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
    const options: TrainerOptions = {
      size,
      minFrequency,
      alphabetLimit,
      initialAlphabet,
      specialTokens,
    };
    const words = countWords(given, seed);
    const { alphabet, merges } = mergeInOrder(words, options);
    expect(alphabet).toEqual(given.alphabet);
    expect(merges.slice(0, 40)).toEqual(given.first);
    expect(merges.slice(-3)).toEqual(given.last);
    expect(merges.length).toBe(given.merges);
    expect(createHash("sha256").update(merges.join("\n")).digest("hex")).toBe(given.digest);
    expect(new Set(trainWordPiece(words, options).merges)).toEqual(new Set(merges));
  },
);
