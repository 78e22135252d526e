import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NormaliserOptions } from "../../lib/wordpiece/normaliser.ts";
import { PieceList, WordPieceTokenizer } from "../../lib/wordpiece/tokenizer.ts";
import { WordSplitter } from "../../lib/wordpiece/word-splitter.ts";
import { WordTable } from "../../lib/wordpiece/word-table.ts";

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
    normalForm: "none",
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

describe("WordPieceTokenizer", () => {
  const pieces = ["[UNK]", "low", "##er", "##est", "a", "##a", "한", "##국"];
  const tokenizer = new WordPieceTokenizer(pieces);

  test("spells words in their longest pieces", () => {
    const { ids } = tokenizer.encode("Lower LOWEST 한국 zebra");
    const spelt = Array.from(ids, (id) => pieces[id]);
    expect(spelt.join(" ")).toBe("low ##er low ##est 한 ##국 [UNK]");
  });

  test("appends to a list, from and to any byte", () => {
    const bytes = new TextEncoder().encode("low lower lowest");
    const out = new PieceList(1);
    tokenizer.encodeInto(bytes, 4, 9, out);
    tokenizer.encodeInto(bytes, 0, 3, out);
    expect([...out.values.subarray(0, out.length)]).toEqual([1, 2, 1]);
    expect([...out.wordStarts.subarray(0, out.length)]).toEqual([1, 0, 1]);
  });

  test("gives a word the same ids after its cache was emptied", () => {
    const first = [...tokenizer.encode("lowest aaa").ids];
    for (let word = 0; word < 300_000; word += 1000)
      tokenizer.encode(Array.from({ length: 1000 }, (_, more) => `z${word + more}`).join(" "));
    expect([...tokenizer.encode("lowest aaa").ids]).toEqual(first);
  });

  test("survives bytes that are not UTF-8", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, stripAccents) => {
        const out = new PieceList();
        const hardened = new WordPieceTokenizer(pieces, { stripAccents, maxInputCharsPerWord: 3 });
        hardened.encodeInto(bytes, 0, bytes.length, out);
        expect(out.length).toBeLessThanOrEqual(3 * bytes.length);
      }),
    );
  });

  test("keeps Hangul whole, however it is written, unless told to take it apart", () => {
    const ids = (text: string, options: Partial<NormaliserOptions>) => [
      ...new WordPieceTokenizer(pieces, options).encode(text).ids,
    ];
    for (const text of ["한국", "한국".normalize("NFD")]) {
      expect(ids(text, {})).toEqual([6, 7]);
      expect(ids(text, { stripAccents: true })).toEqual([6, 7]);
      expect(ids(text, { normalForm: "nfd" })).toEqual([0]);
      expect(ids(text, { normalForm: "none", stripAccents: true })).toEqual([0]);
    }
    expect(ids("한국", { normalForm: "none" })).toEqual([6, 7]);
  });

  test("refuses a vocabulary without [UNK] or with a piece twice", () => {
    expect(() => new WordPieceTokenizer(["a"])).toThrow("no [UNK]");
    expect(() => new WordPieceTokenizer(["[UNK]", "a", "b", "a"])).toThrow('"a" twice');
  });
});

describe("WordTable", () => {
  test("numbers words in order of arrival and sorts them by bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 6 }), { maxLength: 300 }), (given) => {
        const table = new WordTable();
        const seen = new Map<string, number>();
        for (const bytes of given) {
          const key = Buffer.from(bytes).toString("hex");
          if (!seen.has(key)) seen.set(key, seen.size);
          expect(table.add(bytes, 0, bytes.length)).toBe(seen.get(key));
        }
        const words = [...seen.keys()];
        expect(Array.from(table.sorted(), (index) => words[index])).toEqual([...words].sort());
      }),
    );
  });

  test("finds every word again after it has grown", () => {
    const table = new WordTable();
    const add = (number: number) => {
      const bytes = new TextEncoder().encode(String(number));
      return table.add(bytes, 0, bytes.length);
    };
    for (let number = 0; number < 20_000; number++) add(number);
    for (let number = 0; number < 20_000; number++) if (add(number) !== number) expect.fail();
    expect(table.size).toBe(20_000);
  });

  test("tells words of one hash apart", () => {
    const table = new WordTable();
    const add = (text: string) => table.add(new TextEncoder().encode(text), 0, text.length);
    expect(["w6kjjoox", "w42uqx7x", "w6", "w6kjjoox", "w42uqx7x"].map(add)).toEqual([
      0, 1, 2, 0, 1,
    ]);
  });
});
