import { describe, expect, test } from "vitest";
import {
  type Batch,
  type Columns,
  type InputTable,
  makeBatch,
  type Outputs,
  PipelineError,
  type Ref,
  type StageContext,
  type Table,
  viewBatch,
} from "../../engine/index.ts";
import { readTokenizer } from "../../lib/tokenizer/files.ts";
import { documents } from "../../stages/ingest/tables.ts";
import { countWords, tokenize, trainVocab, wordpieceVocab } from "../../stages/tokenize/index.ts";
import { normaliserParams, type VocabParams, vocabParams } from "../../stages/tokenize/params.ts";
import type { sentences, vocab } from "../../stages/tokenize/tables.ts";
import { tempFolder } from "../rig/temp-folder.ts";

interface Document {
  readonly key: string;
  readonly repeats?: number;
  readonly split?: string;
  readonly sentences: readonly string[];
}

function inputOf<T extends Columns>(table: Table<T>, batches: readonly Batch<T>[]): InputTable<T> {
  return {
    columns: table.columns,
    rows: batches.reduce((rows, batch) => rows + batch.numRows, 0),
    parts: [],
    async *batches() {
      yield* batches;
    },
  };
}

function offsetsOf(lengths: readonly number[]): Int32Array {
  let end = 0;
  return Int32Array.from([0, ...lengths], (length) => {
    end += length;
    return end;
  });
}

/** Documents as a table, a batch each. */
function documentsOf(...given: readonly Document[]) {
  return inputOf(
    documents,
    given.map(({ key, split = "train", repeats = 1, sentences }) =>
      makeBatch(documents, {
        document_key: [key],
        source: ["test"],
        title: [""],
        language: ["en"],
        split: [split],
        repeats: Int32Array.of(repeats),
        sentences: {
          offsets: offsetsOf([sentences.length]),
          values: textOf(sentences),
        },
        paragraph_starts: { offsets: Int32Array.of(0, 1), values: Int32Array.of(0) },
      }),
    ),
  );
}

function textOf(strings: readonly string[]) {
  const bytes = strings.map((string) => new TextEncoder().encode(string));
  return {
    offsets: offsetsOf(bytes.map(({ length }) => length)),
    bytes: Uint8Array.from(bytes.flatMap((one) => [...one])),
  };
}

function contextOf<P, O extends Outputs>(
  params: P,
  { logs = [], folder = "" }: { logs?: string[]; folder?: string } = {},
): StageContext<P, O> {
  return {
    node: "node",
    params,
    seed: 0,
    threads: 1,
    signal: new AbortController().signal,
    files: [],
    folder: () => folder,
    progress: () => {},
    metric: () => {},
    log: (_, message) => logs.push(message),
  };
}

async function collect<T>(batches: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

async function counted(given: readonly Document[], params: unknown = {}) {
  const yielded = await collect(
    countWords.spec.run(
      { documents: documentsOf(...given) },
      contextOf(normaliserParams.parse(params)),
    ),
  );
  return {
    words: yielded.flatMap(({ words }) => words ?? []),
    normaliser: yielded.flatMap(({ normaliser }) => normaliser ?? []),
  };
}

type Counted = Awaited<ReturnType<typeof counted>>;

type Vocab = (typeof vocab)["columns"];

function pairsOf({ words }: Counted) {
  return words.flatMap((batch) => {
    const { word, count } = viewBatch(countWords.spec.outputs.words, batch);
    return Array.from(count, (times, row) => [word.get(row), Number(times)]);
  });
}

/** The vocab table and the tokenizer's folder. */
async function trained(counts: Counted, params: unknown) {
  const { words, normaliser } = countWords.spec.outputs;
  const input = {
    words: inputOf(words, counts.words),
    normaliser: inputOf(normaliser, counts.normaliser),
  };
  const folder = await tempFolder();
  const context = contextOf<VocabParams, typeof trainVocab.spec.outputs>(
    vocabParams.parse(params),
    { folder },
  );
  const [yielded] = await collect(trainVocab.spec.run(input, context));
  return { vocab: yielded!.vocab!, folder };
}

function rowsOf({ vocab }: { vocab: Batch<Vocab> }) {
  const { id, piece, kind } = viewBatch(trainVocab.spec.outputs.vocab, vocab);
  return Array.from(id, (number, row) => [number, piece.get(row), kind.get(row)]);
}

async function tokenized(given: readonly Document[], { folder }: { folder: string }) {
  const logs: string[] = [];
  const yielded = await collect(
    tokenize.spec.run(
      {
        documents: documentsOf(...given),
        tokenizer: { path: folder },
      },
      contextOf({}, { logs }),
    ),
  );
  const rows = yielded.flatMap(({ sentences: batch }) => {
    const view = viewBatch(
      tokenize.spec.outputs.sentences,
      batch as Batch<typeof sentences.columns>,
    );
    return Array.from(view.sentence, (sentence, row) => {
      const { offsets, values } = view.input_ids;
      const starts = view.word_starts;
      return {
        key: view.document_key.get(row),
        split: view.split.get(row),
        sentence,
        repeats: view.repeats[row]!,
        ids: [...values.subarray(offsets[row], offsets[row + 1])],
        wordStarts: [...starts.values.subarray(starts.offsets[row], starts.offsets[row + 1])],
      };
    });
  });
  return { rows, logs, batches: yielded.length };
}

const speech = { key: "a", sentences: ["Low, lower, lowest!", "한국의 NEW newer newest"] };

describe("word-counts", () => {
  test("counts the training split's normalised words, by code point", async () => {
    const heldOut = { key: "b", split: "heldout", sentences: ["never seen"] };
    const again = { key: "c", sentences: ["__proto__ low 한국의"] };
    expect(pairsOf(await counted([speech, heldOut, again]))).toEqual([
      ["!", 1],
      [",", 2],
      ["_", 4],
      ["low", 2],
      ["lower", 1],
      ["lowest", 1],
      ["new", 1],
      ["newer", 1],
      ["newest", 1],
      ["proto", 1],
      ["한국의", 2],
    ]);
  });

  test("follows the normaliser's parameters", async () => {
    const cafe = { key: "a", sentences: ["Café"] };
    expect(pairsOf(await counted([cafe], { stripAccents: true }))).toEqual([["cafe", 1]]);
    expect(pairsOf(await counted([cafe], { lowercase: false }))).toEqual([["Café", 1]]);
    expect(pairsOf(await counted([cafe], { maxInputCharsPerWord: 3 }))).toEqual([]);
  });

  test("yields no word for documents without any", async () => {
    expect((await counted([{ key: "a", sentences: ["", " \u0000 "] }])).words).toEqual([]);
  });

  test("counts a document as often as it repeats", async () => {
    const thrice = { key: "a", repeats: 3, sentences: ["low lower"] };
    const once = { key: "b", sentences: ["low"] };
    expect(pairsOf(await counted([thrice, once]))).toEqual([
      ["low", 4],
      ["lower", 3],
    ]);
  });
});

describe("vocab", () => {
  test("adds partitions up and lists special tokens, alphabet, merges", async () => {
    const a = await counted([{ key: "a", sentences: ["ab ab"] }]);
    const b = await counted([{ key: "b", sentences: ["ab abc"] }]);
    const both = {
      words: [...a.words, ...b.words],
      normaliser: [...a.normaliser, ...b.normaliser],
    };
    expect(rowsOf(await trained(both, { size: 11, minFrequency: 4 }))).toEqual([
      [0, "[PAD]", "special"],
      [1, "[UNK]", "special"],
      [2, "[CLS]", "special"],
      [3, "[SEP]", "special"],
      [4, "[MASK]", "special"],
      [5, "a", "alphabet"],
      [6, "b", "alphabet"],
      [7, "c", "alphabet"],
      [8, "##b", "alphabet"],
      [9, "##c", "alphabet"],
      [10, "ab", "merge"],
    ]);
  });

  test("is the same bytes after an edit that keeps the set of pieces", async () => {
    const before = await counted([{ key: "a", sentences: ["ab ab cd cd cd"] }]);
    const after = await counted([{ key: "a", sentences: ["ab ab ab ab ab cd cd"] }]);
    const size = 13;
    expect(rowsOf(await trained(after, { size }))).toEqual(rowsOf(await trained(before, { size })));
  });

  test.each([
    { size: 500, expected: "at most", hint: "set size to" },
    { size: 12, expected: "at least", hint: "alphabetLimit" },
  ])("says what size would do instead of $size", async ({ size, expected, hint }) => {
    const counts = await counted([speech, speech]);
    const error = await trained(counts, { size }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PipelineError);
    const { details } = error as PipelineError;
    expect(details.expected).toContain(expected);
    expect(details.hint).toContain(hint);
    const supported = Number(/\d+/.exec(details.expected!)![0]);
    expect((await trained(counts, { size: supported })).vocab.numRows).toBe(supported);
  });

  test("refuses a corpus without words", async () => {
    await expect(trained({ words: [], normaliser: [] }, { size: 100 })).rejects.toThrow(
      "no word to train",
    );
  });

  test.each([
    [["[PAD]", "[UNK]", "[CLS]", "[SEP]"], "must include"],
    [["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[MASK]"], "twice"],
    [["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the"], "looks like"],
  ])("refuses special tokens %j", (specialTokens, message) => {
    expect(vocabParams.safeParse({ size: 100, specialTokens }).error?.message).toContain(message);
  });
});

describe("the tokenizer beside the vocabulary", () => {
  test("says the pieces, what is special and how the words were normalised", async () => {
    const counts = await counted([speech, speech], {
      lowercase: false,
      stripAccents: true,
      normalForm: "nfd",
      maxInputCharsPerWord: 7,
    });
    const specialTokens = ["<extra>", "[PAD]", "[MASK]", "[UNK]", "[CLS]", "[SEP]"];
    const made = await trained(counts, { size: 40, specialTokens });
    expect(await readTokenizer(made.folder)).toEqual({
      kind: "wordpiece",
      pieces: rowsOf(made).map(([, piece]) => piece),
      roles: { pad: 1, mask: 2, unk: 3, cls: 4, sep: 5 },
      special: new Set([0, 1, 2, 3, 4, 5]),
      normaliser: {
        lowercase: false,
        stripAccents: true,
        handleChineseChars: true,
        cleanText: true,
        normalForm: "nfd",
        maxInputCharsPerWord: 7,
      },
    });
  });

  test.each([true, false])(
    "as-lowercase strips accents where lowercase is %s",
    async (lowercase) => {
      const counts = await counted([speech, speech], { lowercase, stripAccents: "as-lowercase" });
      const { folder } = await trained(counts, { size: 40 });
      expect(await readTokenizer(folder)).toMatchObject({
        normaliser: { lowercase, stripAccents: lowercase },
      });
    },
  );
});

/** Hangul with a Latin letter that has an accent, words of several syllables, punctuation in between. */
const korean = [
  "나라의 말이 중국과 달라, 한자와는 서로 통하지 아니할새!",
  "Café의 나라 나라의 말이",
];

describe("Korean", () => {
  test("is whole syllables, eojeol begin words, NFC and NFD text give the same", async () => {
    const documents = [{ key: "a", sentences: korean }];
    const composed = await trained(await counted(documents), { size: 60, minFrequency: 1 });
    const decomposed = [{ key: "a", sentences: korean.map((text) => text.normalize("NFD")) }];
    const other = await trained(await counted(decomposed), { size: 60, minFrequency: 1 });
    expect(rowsOf(other)).toEqual(rowsOf(composed));
    const letters = rowsOf(composed).map(([, piece]) => String(piece));
    expect(letters).toContain("나");
    expect(letters.join("")).not.toMatch(/[\u1100-\u11ff]/);

    const { rows } = await tokenized(documents, composed);
    expect((await tokenized(decomposed, composed)).rows).toEqual(rows);
    for (const [index, { wordStarts }] of rows.entries()) {
      const words = korean[index]!.match(/[\p{L}]+|\p{P}/gu)!;
      expect(wordStarts.filter((start) => start === 1)).toHaveLength(words.length);
    }
    expect(rows[1]!.ids.slice(-2).map((id) => letters[id])).not.toContain("[UNK]");
  });

  test("is Jamo where that is asked for, and still the same of NFC and NFD text", async () => {
    const documents = [{ key: "a", sentences: korean }];
    const params = { normalForm: "nfd" };
    const made = await trained(await counted(documents, params), { size: 90, minFrequency: 1 });
    const letters = rowsOf(made)
      .filter(([, , kind]) => kind !== "special")
      .map(([, piece]) => String(piece));
    expect(letters.join("")).toMatch(/[\u1100-\u11ff]/);
    expect(letters.join("")).not.toMatch(/[가-힣]/);
    const { rows } = await tokenized(documents, made);
    const decomposed = [{ key: "a", sentences: korean.map((text) => text.normalize("NFD")) }];
    expect((await tokenized(decomposed, made)).rows).toEqual(rows);
    const starts = rows.map(({ wordStarts }) => wordStarts.reduce((sum, one) => sum + one, 0));
    expect(starts).toEqual([10, 4]);
  });
});

describe("tokenize", () => {
  test("gives every sentence a row, an empty one too, and both splits", async () => {
    const pieces = await trained(await counted([speech, speech]), { size: 40 });
    const names = rowsOf(pieces).map(([, piece]) => piece);
    const { rows } = await tokenized(
      [
        { key: "a", sentences: ["low low", "", "lowest"] },
        { key: "b", split: "heldout", sentences: ["Low?"] },
      ],
      pieces,
    );
    const low = names.indexOf("low");
    expect(rows.map(({ key, split, sentence }) => [key, split, sentence])).toEqual([
      ["a", "train", 0],
      ["a", "train", 1],
      ["a", "train", 2],
      ["b", "heldout", 0],
    ]);
    expect(rows[0]).toMatchObject({ ids: [low, low], wordStarts: [1, 1] });
    expect(rows[1]).toMatchObject({ ids: [], wordStarts: [] });
    expect(rows[2]!.ids.map((id) => names[id]).join(" ")).toBe("lowest");
    expect(rows[3]).toMatchObject({ ids: [low, names.indexOf("[UNK]")], wordStarts: [1, 1] });
  });

  test("carries a document's repeats along", async () => {
    const pieces = await trained(await counted([speech, speech]), { size: 40 });
    const { rows } = await tokenized(
      [
        { key: "a", repeats: 4, sentences: ["low", "new"] },
        { key: "b", sentences: ["low"] },
      ],
      pieces,
    );
    expect(rows.map(({ key, repeats }) => [key, repeats])).toEqual([
      ["a", 4],
      ["a", 4],
      ["b", 1],
    ]);
  });

  test("gives the same rows however its text is cut into batches", async () => {
    const pieces = await trained(await counted([speech, speech]), { size: 40 });
    const long = Array.from({ length: 1300 }, (_, index) => "low lowest newer ".repeat(index));
    const { rows, batches } = await tokenized([{ key: "a", sentences: long }], pieces);
    expect(batches).toBeGreaterThan(1);
    expect(rows.length).toBe(1300);
    const [first] = (await tokenized([{ key: "a", sentences: [long[1299]!] }], pieces)).rows;
    expect(rows[1299]).toEqual({ ...first!, sentence: 1299 });
    expect(rows[1299]!.wordStarts.reduce((sum, start) => sum + start, 0)).toBe(3 * 1299);
  });

  test("warns where many words are unknown", async () => {
    const pieces = await trained(await counted([speech, speech]), { size: 40 });
    expect((await tokenized([speech], pieces)).logs).toEqual([]);
    const other = { key: "b", sentences: ["низкий ниже lower"] };
    const { logs } = await tokenized([other], pieces);
    expect(logs.join()).toMatch(/^66\.7 % of the words are \[UNK\]/);
  });
});

describe("wordpieceVocab", () => {
  const source = {
    node: { id: "ingest" },
    output: "documents",
    type: documents,
  } as unknown as Ref<typeof documents>;

  test("gives word counts and training each their parameters", () => {
    const { node } = wordpieceVocab(
      { documents: source },
      { size: 8000, stripAccents: true },
    ).vocab;
    const counts = node.inputs["words"]!.node;
    expect([node.id, counts.id]).toEqual(["vocab", "word-counts"]);
    expect(node.params).toMatchObject({ size: 8000, minFrequency: 2 });
    expect(counts.params).toMatchObject({ stripAccents: true, lowercase: true });
    expect(counts.inputs["documents"]).toBe(source);
  });

  test("names both nodes where it is placed twice", () => {
    const { node } = wordpieceVocab({ documents: source }, { size: 8000 }, { as: "small" }).vocab;
    expect([node.id, node.inputs["words"]!.node.id]).toEqual(["small", "small-word-counts"]);
  });

  test("refuses a parameter that neither knows", () => {
    const params = { size: 8000, lowerCase: true };
    expect(() => wordpieceVocab({ documents: source }, params)).toThrow("no such parameter");
  });
});
