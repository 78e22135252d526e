import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type Batch,
  type BatchData,
  makeBatch,
  type Outputs,
  type StageContext,
} from "../../engine/index.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { fromSpiece } from "../../lib/unigram/from-spiece.ts";
import { documents } from "../../stages/ingest/tables.ts";
import { countPieces, reportPieces } from "../../stages/tokenizer-report/index.ts";
import { scriptOf } from "../../stages/tokenizer-report/script.ts";
import { tokenizerFolder } from "../rig/tokenizer-folder.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";
import { inMemory } from "../train/rig.ts";

interface Document {
  readonly language?: string;
  readonly sentences: readonly string[];
}

/** A documents table, of one document a row. */
function documentBatch(given: readonly Document[]): Batch<typeof documents.columns> {
  const texts = given.flatMap(({ sentences }) => sentences).map((text) => Buffer.from(text));
  const offsets = (lengths: readonly number[]) =>
    Int32Array.from(
      [0, ...lengths].map((_, index) => lengths.slice(0, index).reduce((a, b) => a + b, 0)),
    );
  const data: BatchData<typeof documents.columns> = {
    document_key: given.map((_, index) => `document ${index}`),
    source: given.map(() => "test"),
    title: given.map(() => ""),
    language: given.map(({ language = "en" }) => language),
    split: given.map((_, index) => (index % 2 === 0 ? "train" : "heldout")),
    repeats: given.map(() => 3),
    sentences: {
      offsets: offsets(given.map(({ sentences }) => sentences.length)),
      values: {
        offsets: offsets(texts.map(({ length }) => length)),
        bytes: Buffer.concat(texts),
      },
    },
    paragraph_starts: {
      offsets: Int32Array.from([0, ...given.map((_, index) => index + 1)]),
      values: new Int32Array(given.length),
    },
  };
  return makeBatch(documents, data);
}

const context = <P>(params: P) =>
  ({
    params,
    progress: () => {},
    signal: new AbortController().signal,
  }) as unknown as StageContext<P, Outputs> & StageContext<P, never>;

/** The report of documents that lie in several partitions. */
async function reported(
  partitions: readonly (readonly Document[])[],
  definition: TokenizerDefinition,
  params: unknown = undefined,
) {
  const tokenizer = { path: await tokenizerFolder(definition) };
  const counted = { counts: [], lengths: [], misses: [] } as Record<string, unknown[]>;
  for (const partition of partitions) {
    const input = inMemory(documents.columns, [documentBatch(partition)]);
    for await (const yielded of countPieces.spec.run({ documents: input, tokenizer }, context({})))
      for (const [name, batch] of Object.entries(yielded)) counted[name]!.push(batch);
  }
  const { counts, lengths, misses } = countPieces.spec.outputs;
  const inputs = {
    counts: inMemory(counts.columns, counted["counts"] as never),
    lengths: inMemory(lengths.columns, counted["lengths"] as never),
    misses: inMemory(misses.columns, counted["misses"] as never),
  };
  const rows: Record<string, readonly Record<string, unknown>[]> = {};
  const parsed = reportPieces.spec.params.parse(params);
  for await (const yielded of reportPieces.spec.run(inputs, context(parsed)))
    Object.assign(rows, yielded);
  return rows as Record<
    "coverage" | "percentiles" | "unknownWords" | "uncoveredCharacters",
    readonly Record<string, number | string>[]
  >;
}

const tokenizer = wordPieces([
  ...SPECIAL_PIECES,
  "low",
  "##er",
  "##est",
  "new",
  ".",
  "나라",
  "##의",
  "é",
  "##é",
  "1",
  "##9",
]);

describe("the report", () => {
  test("counts words, pieces, unknown words and characters by hand", async () => {
    const { coverage } = await reported(
      [
        [
          { sentences: ["Low lower.", "lowest zebra"] },
          { language: "ko", sentences: ["나라의 나무 1999"] },
        ],
        [{ sentences: ["low\u00a0new"] }],
      ],
      tokenizer,
    );
    const find = (scope: string, name: string) =>
      coverage.find((row) => row["scope"] === scope && row["name"] === name);
    // low, lower ., lowest, zebra, low, new; 나라의, 나무, 1999
    expect(find("all", "all")).toEqual({
      scope: "all",
      name: "all",
      words: 10,
      pieces: 10 + 1 + 1 + 1 + 3,
      pieces_per_word: 1.6,
      unknown_words: 0.2,
      continuation_pieces: 6 / 16,
      characters: 3 + 5 + 1 + 6 + 5 + 3 + 3 + 3 + 2 + 4,
      uncovered_characters: (3 + 1) / 35,
    });
    expect(find("language", "ko")).toMatchObject({ words: 3, pieces: 7, unknown_words: 1 / 3 });
    expect(find("script", "Hangul")).toMatchObject({ words: 2, pieces: 3, characters: 5 });
    expect(find("script", "Number")).toMatchObject({ words: 1, pieces: 4 });
    expect(find("script", "Punctuation")).toMatchObject({ words: 1, pieces: 1 });
    expect(coverage.map(({ scope, name }) => `${scope} ${name}`)).toEqual([
      "all all",
      "language en",
      "language ko",
      "script Latin",
      "script Hangul",
      "script Number",
      "script Punctuation",
    ]);
  });

  test("names unknown words as written and uncovered characters, most frequent first, so many", async () => {
    const text = ["zebra Zebra zebra zoo lower", "너구리 lowé x\u202ey"];
    const { unknownWords, uncoveredCharacters } = await reported(
      [[{ sentences: text }]],
      tokenizer,
    );
    expect(unknownWords[0]).toEqual({ word: "zebra", count: 2, share: 2 / 8 });
    expect(unknownWords.map(({ word }) => word)).toEqual([
      "zebra",
      "Zebra",
      "x\u202ey",
      "zoo",
      "너구리",
    ]);
    // Of zebra r, b and a are in no piece, e is one of those of new.
    expect(uncoveredCharacters[0]).toEqual({
      character: "z",
      code_point: "U+007A",
      count: 4,
      share: expect.closeTo(4 / (5 * 3 + 3 + 5 + 3 + 4 + 2), 10),
    });
    const few = await reported([[{ sentences: text }]], tokenizer, {
      unknownWords: 2,
      uncoveredCharacters: 0,
    });
    expect(few.unknownWords).toHaveLength(2);
    expect(few.uncoveredCharacters).toEqual([]);
  });

  test("takes percentiles of sentences and documents by the nearest rank, over all partitions", async () => {
    const sentences = Array.from({ length: 100 }, (_, index) => "low ".repeat(index + 1));
    const { percentiles } = await reported(
      [
        [{ sentences: sentences.slice(0, 40) }],
        [{ sentences: sentences.slice(40) }, { sentences: [""] }],
      ],
      tokenizer,
    );
    const lengths = { p1: 0, p5: 5, p25: 25, p50: 50, p75: 75, p95: 95, p99: 99, max: 100 };
    expect(percentiles[0]).toEqual({
      unit: "sentence",
      language: "all",
      count: 101,
      ...lengths,
      p1: 1,
    });
    expect(percentiles.map(({ unit, language, count }) => [unit, language, count])).toEqual([
      ["sentence", "all", 101],
      ["sentence", "en", 101],
      ["document", "all", 3],
      ["document", "en", 3],
    ]);
    expect(percentiles[2]).toMatchObject({ p1: 0, p50: 820, max: 4230 });
  });

  test("is the same of NFC and NFD text", async () => {
    const sentences = ["나라의 lowé é 나라"];
    const nfd = sentences.map((text) => text.normalize("NFD"));
    const report = await reported([[{ sentences }]], tokenizer);
    const other = await reported([[{ sentences: nfd }]], tokenizer);
    expect(other.coverage).toEqual(report.coverage);
    expect(other.percentiles).toEqual(report.percentiles);
  });

  test("counts by a Unigram vocabulary what it is tokenised to", async () => {
    const model = readFileSync(join(import.meta.dirname, "../gold/tiny.spiece.model"));
    const spiece = fromSpiece(model, { lowercase: true, stripAccents: false }, {}, "tiny");
    const { coverage, uncoveredCharacters, unknownWords } = await reported(
      [[{ sentences: ["나라의 말이 ψ", "town ψω 말이"] }]],
      spiece,
    );
    const all = coverage[0]!;
    expect(all).toMatchObject({ words: 6, unknown_words: 2 / 6 });
    expect(uncoveredCharacters.map(({ character, count }) => [character, count])).toEqual([
      ["ψ", 2],
      ["ω", 1],
    ]);
    expect(unknownWords.map(({ word }) => word)).toEqual(["ψ", "ψω"]);
  });

  test("of no words at all is one of zeros", async () => {
    const { coverage, percentiles, unknownWords } = await reported(
      [[{ sentences: ["", " "] }]],
      tokenizer,
    );
    expect([coverage, unknownWords]).toEqual([[], []]);
    expect(percentiles[0]).toMatchObject({ count: 2, max: 0 });
  });
});

test.each([
  ["lower", "Latin"],
  ["나라", "Hangul"],
  ["中国", "Han"],
  ["ひらがな", "Hiragana"],
  ["日本の", "Han"],
  ["カタカナ", "Katakana"],
  ["слово", "Cyrillic"],
  ["1999", "Number"],
  ["1st", "Latin"],
  ["...", "Punctuation"],
  ["$", "Symbol"],
  ["", "Other"],
  ["\u16a0", "Other"],
])("%s is %s", (word, script) => {
  expect(scriptOf(word)).toBe(script);
});
