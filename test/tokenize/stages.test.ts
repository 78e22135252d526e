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
import { documents } from "../../stages/ingest/tables.ts";
import { countWords, tokenize, trainVocab, wordpieceVocab } from "../../stages/tokenize/index.ts";
import { normaliserParams, vocabParams } from "../../stages/tokenize/params.ts";
import type { sentences, vocab, words } from "../../stages/tokenize/tables.ts";

interface Document {
  readonly key: string;
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
    given.map(({ key, split = "train", sentences }) =>
      makeBatch(documents, {
        document_key: [key],
        source: ["test"],
        title: [""],
        language: ["en"],
        split: [split],
        repeats: Int32Array.of(1),
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

function contextOf<P, O extends Outputs>(params: P, logs: string[] = []): StageContext<P, O> {
  return {
    node: "node",
    params,
    seed: 0,
    threads: 1,
    signal: new AbortController().signal,
    files: [],
    folder: () => "",
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
  return yielded.map(({ words }) => words!);
}

type Words = (typeof words)["columns"];
type Vocab = (typeof vocab)["columns"];

function pairsOf(batches: readonly Batch<Words>[]) {
  return batches.flatMap((batch) => {
    const { word, count } = viewBatch(countWords.spec.outputs.words, batch);
    return Array.from(count, (times, row) => [word.get(row), Number(times)]);
  });
}

async function trained(batches: readonly Batch<Words>[], params: unknown) {
  const input = { words: inputOf(countWords.spec.outputs.words, batches) };
  const [yielded] = await collect(trainVocab.spec.run(input, contextOf(vocabParams.parse(params))));
  return yielded!.vocab!;
}

function rowsOf(batch: Batch<Vocab>) {
  const { id, piece, kind } = viewBatch(trainVocab.spec.outputs.vocab, batch);
  return Array.from(id, (number, row) => [number, piece.get(row), kind.get(row)]);
}

async function tokenized(given: readonly Document[], pieces: Batch<Vocab>, params: unknown = {}) {
  const logs: string[] = [];
  const yielded = await collect(
    tokenize.spec.run(
      {
        documents: documentsOf(...given),
        vocab: inputOf(trainVocab.spec.outputs.vocab, [pieces]),
      },
      contextOf(normaliserParams.parse(params), logs),
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

  test("yields nothing for documents without words", async () => {
    expect(await counted([{ key: "a", sentences: ["", " \u0000 "] }])).toEqual([]);
  });
});

describe("vocab", () => {
  test("adds partitions up and lists special tokens, alphabet, merges", async () => {
    const batches = [
      ...(await counted([{ key: "a", sentences: ["ab ab"] }])),
      ...(await counted([{ key: "b", sentences: ["ab abc"] }])),
    ];
    expect(rowsOf(await trained(batches, { size: 11, minFrequency: 4 }))).toEqual([
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
    const batches = await counted([speech, speech]);
    const error = await trained(batches, { size }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PipelineError);
    const { details } = error as PipelineError;
    expect(details.expected).toContain(expected);
    expect(details.hint).toContain(hint);
    const supported = Number(/\d+/.exec(details.expected!)![0]);
    expect((await trained(batches, { size: supported })).numRows).toBe(supported);
  });

  test("refuses a corpus without words", async () => {
    await expect(trained([], { size: 100 })).rejects.toThrow("no word to train");
  });

  test.each([
    [["[PAD]", "[UNK]", "[CLS]", "[SEP]"], "must include"],
    [["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[MASK]"], "twice"],
    [["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the"], "looks like"],
  ])("refuses special tokens %j", (specialTokens, message) => {
    expect(vocabParams.safeParse({ size: 100, specialTokens }).error?.message).toContain(message);
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

  test("gives the same rows however its text is cut into batches", async () => {
    const pieces = await trained(await counted([speech, speech]), { size: 40 });
    const long = Array.from({ length: 300 }, (_, index) => "low lowest newer ".repeat(index * 10));
    const { rows, batches } = await tokenized([{ key: "a", sentences: long }], pieces);
    expect(batches).toBeGreaterThan(1);
    expect(rows.length).toBe(300);
    const [first] = (await tokenized([{ key: "a", sentences: [long[299]!] }], pieces)).rows;
    expect(rows[299]).toEqual({ ...first!, sentence: 299 });
    expect(rows[299]!.wordStarts.reduce((sum, start) => sum + start, 0)).toBe(3 * 2990);
  });

  test("warns where many words are unknown", async () => {
    const pieces = await trained(await counted([speech, speech]), { size: 40 });
    expect((await tokenized([speech], pieces)).logs).toEqual([]);
    const { logs } = await tokenized([speech], pieces, { lowercase: false });
    expect(logs.join()).toMatch(/% of the words are \[UNK\]/);
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
