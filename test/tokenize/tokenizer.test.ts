import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { WordPieceTokenizer } from "../../lib/wordpiece/tokenizer.ts";
import { type NormaliserOptions, WordSplitter } from "../../lib/wordpiece/word-splitter.ts";

interface Gold {
  readonly vocab: readonly string[];
  readonly cases: readonly {
    readonly text: string;
    readonly results: readonly {
      readonly options: readonly number[];
      readonly words: readonly string[];
      readonly ids: readonly number[];
      readonly wordStarts: readonly number[];
    }[];
  }[];
}

const gold: Gold = JSON.parse(
  readFileSync(new URL("../gold/wordpiece.json", import.meta.url), "utf8"),
);

function optionsOf(bits: number): NormaliserOptions {
  return {
    lowercase: (bits & 1) !== 0,
    stripAccents: (bits & 2) !== 0,
    handleChineseChars: (bits & 4) !== 0,
    cleanText: (bits & 8) !== 0,
    maxInputCharsPerWord: 100,
  };
}

function split(text: string, options: NormaliserOptions): string[] {
  const splitter = new WordSplitter({ ...options, maxInputCharsPerWord: 10_000 });
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const words: string[] = [];
  splitter.reset(bytes, 0, bytes.length);
  while (splitter.next()) words.push(decoder.decode(splitter.word.subarray(0, splitter.length)));
  return words;
}

describe("against Hugging Face", () => {
  test.each(Array.from({ length: 16 }, (_, bits) => ({ bits, ...optionsOf(bits) })))(
    "lowercase $lowercase, stripAccents $stripAccents, handleChineseChars $handleChineseChars, cleanText $cleanText",
    ({ bits, ...options }) => {
      const tokenizer = new WordPieceTokenizer(gold.vocab, options);
      for (const { text, results } of gold.cases) {
        const { options: _, ...expected } = results.find((result) =>
          result.options.includes(bits),
        )!;
        const { ids, wordStarts } = tokenizer.encode(text);
        const got = { words: split(text, options), ids: [...ids], wordStarts: [...wordStarts] };
        expect(got, JSON.stringify(text)).toEqual(expected);
      }
    },
  );
});
