import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultNormaliser } from "../../lib/wordpiece/normaliser.ts";
import { WordPieceTokenizer } from "../../lib/wordpiece/tokenizer.ts";
import { type TrainerOptions, trainWordPiece } from "../../lib/wordpiece/trainer.ts";
import { WordCounter } from "../../lib/wordpiece/word-counter.ts";
import type { WordCounts } from "../../lib/wordpiece/word-counts.ts";
import { WordSplitter } from "../../lib/wordpiece/word-splitter.ts";

const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

function count(texts: readonly string[]): WordCounts {
  const counter = new WordCounter(defaultNormaliser);
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text);
    counter.addText(bytes, 0, bytes.length);
  }
  return counter.finish();
}

function train(texts: readonly string[], options: Partial<TrainerOptions> = {}) {
  return trainWordPiece(count(texts), {
    size: 1000,
    minFrequency: 2,
    alphabetLimit: 1000,
    specialTokens: SPECIAL,
    ...options,
  });
}

/** The same, without any index: recounts every pair before every merge. */
function trainNaively(texts: readonly string[], size: number, minFrequency: number): string[] {
  const words = new Map<string, number>();
  const splitter = new WordSplitter(defaultNormaliser);
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text);
    splitter.reset(bytes, 0, bytes.length);
    while (splitter.next()) {
      const word = new TextDecoder().decode(splitter.word.subarray(0, splitter.length));
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  }
  const spelled = [...words].map(([word, times]) => ({
    symbols: [...word].map((char, at) => (at === 0 ? char : `##${char}`)),
    times,
  }));
  const bare = [...new Set([...words.keys()].flatMap((word) => [...word]))].sort();
  const rest = spelled.flatMap(({ symbols }) => symbols.slice(1));
  const pieces = [...bare, ...[...new Set(rest)].sort()];
  while (pieces.length + SPECIAL.length < size) {
    const pairs = new Map<string, number>();
    for (const { symbols, times } of spelled)
      for (let at = 0; at + 1 < symbols.length; at++) {
        const pair = `${pieces.indexOf(symbols[at]!)} ${pieces.indexOf(symbols[at + 1]!)}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + times);
      }
    const ids = (pair: string) => pair.split(" ").map(Number) as [number, number];
    const [best] = [...pairs].sort(
      ([a, timesA], [b, timesB]) =>
        timesB - timesA || ids(a)[0] - ids(b)[0] || ids(a)[1] - ids(b)[1],
    );
    if (best === undefined || best[1] < minFrequency) break;
    const [left, right] = ids(best[0]).map((id) => pieces[id]!) as [string, string];
    const merged = left + right.slice(2);
    if (!pieces.includes(merged)) pieces.push(merged);
    for (const { symbols } of spelled)
      for (let at = 0; at + 1 < symbols.length; at++)
        if (symbols[at] === left && symbols[at + 1] === right) symbols.splice(at, 2, merged);
  }
  return pieces;
}

const word = fc.string({ unit: fc.constantFrom(..."aaabbc한국"), minLength: 1, maxLength: 9 });
const corpus = fc.array(word, { minLength: 1, maxLength: 40 });

describe("trainWordPiece", () => {
  test("merges as a plain recount of every pair does", () => {
    fc.assert(
      fc.property(
        corpus,
        fc.integer({ min: 15, max: 80 }),
        fc.constantFrom(1, 2, 3),
        (texts, size, minFrequency) => {
          const { alphabet, merges } = train(texts, { size, minFrequency });
          const naive = trainNaively(texts, size, minFrequency);
          expect(new Set([...alphabet, ...merges])).toEqual(new Set(naive));
        },
      ),
    );
  });

  test("does not depend on the order of words", () => {
    fc.assert(
      fc.property(corpus, fc.integer({ min: 15, max: 60 }), (texts, size) => {
        expect(train([...texts].reverse(), { size })).toEqual(train(texts, { size }));
      }),
    );
  });

  test("spells every word of its corpus where the alphabet is whole", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 20 })), (texts) => {
        const { alphabet, merges } = train(texts, { alphabetLimit: 100_000 });
        const tokenizer = new WordPieceTokenizer([...SPECIAL, ...alphabet, ...merges]);
        const unknown = tokenizer.idOf("[UNK]")!;
        for (const text of texts) expect(tokenizer.encode(text).ids.includes(unknown)).toBe(false);
      }),
    );
  });

  test("has as many pieces as asked for, and fewer only where none is left to merge", () => {
    const texts = [
      "low low low lower lowest",
      "new newer newest widest",
      "한국 한국어 한국인 한국어",
    ];
    const all = train(texts, { minFrequency: 1 });
    const most = SPECIAL.length + all.alphabet.length + all.merges.length;
    const least = SPECIAL.length + all.alphabet.length;
    expect(most).toBeLessThan(1000);
    for (let size = least; size <= most; size++) {
      const { alphabet, merges } = train(texts, { size, minFrequency: 1 });
      expect(SPECIAL.length + alphabet.length + merges.length).toBe(size);
    }
    expect(train(texts, { minFrequency: 4 }).merges).toEqual(["lo", "low", "한국"]);
    expect(train(texts, { minFrequency: 5 }).merges).toEqual(["lo", "low"]);
  });

  test("keeps the most frequent characters, ties by code point, with ## where they continue a word", () => {
    const { alphabet } = train(["aaa bb cd", "b"], { alphabetLimit: 3 });
    expect(alphabet).toEqual(["a", "b", "c", "##a", "##b"]);
  });

  test("orders pieces by code point, beyond the basic plane too", () => {
    const { alphabet } = train(["\u{1F600} \uFF21 \uAC00 z"]);
    expect(alphabet).toEqual(["z", "\uAC00", "\uFF41", "\u{1F600}"]);
  });

  test("takes words that are names of every object", () => {
    const texts = ["__proto__ constructor hasOwnProperty toString", "__proto__ constructor"];
    const { alphabet, merges } = train(texts);
    const tokenizer = new WordPieceTokenizer([...SPECIAL, ...alphabet, ...merges]);
    expect(merges).toContain("constructor");
    const { ids } = tokenizer.encode("constructor __proto__");
    const spelt = Array.from(ids, (id) => tokenizer.pieces[id]);
    expect(spelt.join(" ")).toBe("constructor _ _ proto _ _");
    expect(tokenizer.idOf("toString")).toBeUndefined();
    expect(tokenizer.idOf("__proto__")).toBeUndefined();
  });

  test("leaves out words too long to be more than [UNK]", () => {
    expect(count(["a".repeat(101), "b".repeat(100)]).words.size).toBe(1);
  });
});
