import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import {
  type Batch,
  type Columns,
  type InputTable,
  makeBatch,
  PipelineError,
  type StageContext,
  type Table,
  viewBatch,
} from "../../engine/index.ts";
import { OutputWriter } from "../../engine/output-writer.ts";
import { readParquet } from "../../engine/parquet.ts";
import type { TokenizedDocument } from "../../lib/examples/document.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { writeTokenizer } from "../../lib/tokenizer/files.ts";
import { sopPairs } from "../../stages/sop-pairs/index.ts";
import { MODES } from "../../stages/sop-pairs/modes.ts";
import { params, type SopPairsParams } from "../../stages/sop-pairs/params.ts";
import { examples, type SopPairsOutputs } from "../../stages/sop-pairs/tables.ts";
import { sentences } from "../../stages/tokenize/tables.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";
import { anyDocument, CLS, documentOf, even, MASK, SEP, SPECIALS } from "./documents.ts";

function inputOf<C extends Columns>(
  { columns }: Table<C>,
  batches: readonly Batch<C>[],
): InputTable<C> {
  return {
    columns,
    rows: batches.reduce((sum, { numRows }) => sum + numRows, 0),
    parts: [],
    async *batches() {
      yield* batches;
    },
  };
}

const ordinary = Array.from({ length: 3000 }, (_, index) => `piece${index}`);
const usual = await folderOf(wordPieces([...SPECIAL_PIECES, ...ordinary]));

async function folderOf(definition: TokenizerDefinition): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sop-pairs-"));
  await writeTokenizer(folder, definition);
  return folder;
}
afterAll(() => rm(usual, { recursive: true }));

/** The sentences table of some documents, in batches of so many rows. */
function sentencesOf(documents: readonly TokenizedDocument[], rowsInBatch: number) {
  const rows = documents.flatMap((document) =>
    Array.from(document.sentences, (sentence, index) => ({ document, sentence, index })),
  );
  const batches: Batch<typeof sentences.columns>[] = [];
  for (let from = 0; from < rows.length; from += rowsInBatch) {
    const some = rows.slice(from, from + rowsInBatch);
    const pieces = some.map(({ document, index }) =>
      document.ids.subarray(document.offsets[index], document.offsets[index + 1]),
    );
    const starts = some.map(({ document, index }) =>
      document.wordStarts.subarray(document.offsets[index], document.offsets[index + 1]),
    );
    const offsets = [0];
    for (const { length } of pieces) offsets.push(offsets.at(-1)! + length);
    batches.push(
      makeBatch(sentences, {
        document_key: some.map(({ document }) => document.key),
        split: some.map(({ document }) => document.split),
        repeats: some.map(({ document }) => document.repeats),
        sentence: some.map(({ sentence }) => sentence),
        input_ids: {
          offsets: Int32Array.from(offsets),
          values: Int32Array.from(pieces.flatMap((ids) => [...ids])),
        },
        word_starts: {
          offsets: Int32Array.from(offsets),
          values: Uint8Array.from(starts.flatMap((bits) => [...bits])),
        },
      }),
    );
  }
  return inputOf(sentences, batches);
}

interface Seen {
  readonly rows: ReturnType<typeof rowsOf>;
  readonly logs: string[];
  readonly progress: number[];
}

function rowsOf(batch: Batch<typeof examples.columns>) {
  const view = viewBatch(examples, batch);
  const list = <V extends Int32Array | Uint8Array>(
    column: { readonly offsets: Int32Array; readonly values: V },
    row: number,
  ) => [...column.values.subarray(column.offsets[row], column.offsets[row + 1])];
  return Array.from({ length: batch.numRows }, (_, row) => ({
    key: view.document_key.get(row),
    split: view.split.get(row),
    a: [view.a_start[row]!, view.a_end[row]!] as const,
    b: [view.b_start[row]!, view.b_end[row]!] as const,
    ids: list(view.input_ids, row),
    types: list(view.token_type_ids, row),
    wordStarts: list(view.word_starts, row),
    positions: list(view.masked_lm_positions, row),
    originals: list(view.masked_lm_ids, row),
    label: view.sentence_order_label[row]!,
  }));
}

async function run(
  documents: readonly TokenizedDocument[],
  given: Partial<SopPairsParams> = {},
  options: {
    seed?: number;
    rowsInBatch?: number;
    signal?: AbortSignal;
    tokenizer?: string;
    table?: InputTable<typeof sentences.columns>;
  } = {},
): Promise<Seen> {
  const seen: Seen = { rows: [], logs: [], progress: [] };
  const context: StageContext<SopPairsParams, SopPairsOutputs> = {
    node: "sop-pairs",
    params: params.parse(given),
    seed: options.seed ?? 42,
    threads: 1,
    signal: options.signal ?? new AbortController().signal,
    files: [],
    folder: () => "",
    progress: (done) => void seen.progress.push(done),
    metric: () => {},
    log: (level, message) => void seen.logs.push(`${level}: ${message}`),
  };
  const inputs = {
    sentences: options.table ?? sentencesOf(documents, options.rowsInBatch ?? 50),
    tokenizer: { path: options.tokenizer ?? usual },
  };
  for await (const { examples: batch } of sopPairs.spec.run(inputs, context))
    if (batch !== undefined) seen.rows.push(...rowsOf(batch));
  return seen;
}

describe("sop-pairs", () => {
  test("every row is a well-formed example of its document", async () => {
    await fc.assert(
      fc.asyncProperty(anyDocument, fc.integer({ min: 11, max: 64 }), async (document, length) => {
        const { rows } = await run([document], { maxSeqLength: length });
        const text = [...document.ids];
        for (const { ids, types, wordStarts, positions, originals, a, b, label } of rows) {
          const whole = [...ids];
          for (const [index, position] of positions.entries()) whole[position] = originals[index]!;
          const separator = whole.indexOf(SEP);
          const [first, second] = [whole.slice(1, separator), whole.slice(separator + 1, -1)];
          expect([whole[0], whole.at(-1)]).toEqual([CLS, SEP]);
          expect(whole.length).toBeLessThanOrEqual(length);
          expect(types).toEqual(whole.map((_, at) => (at > separator ? 1 : 0)));

          // All pieces of a test document differ, so a segment's place in it is certain.
          const places = [text.indexOf(first[0]!), text.indexOf(second[0]!)] as const;
          expect(text.slice(places[0], places[0] + first.length)).toEqual(first);
          expect(text.slice(places[1], places[1] + second.length)).toEqual(second);
          expect(label).toBe(places[0] < places[1] ? 0 : 1);
          for (const [place, segment, [from, to]] of [
            [places[0], first, a],
            [places[1], second, b],
          ] as const) {
            expect(place).toBeGreaterThanOrEqual(document.offsets[from]!);
            expect(place + segment.length).toBeLessThanOrEqual(document.offsets[to]!);
          }
          const special = new Set([0, separator, whole.length - 1]);
          const own = (at: number) =>
            document.wordStarts[
              at > separator ? places[1] + at - separator - 1 : places[0] + at - 1
            ];
          expect(wordStarts).toEqual(whole.map((_, at) => (special.has(at) ? 1 : own(at))));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("partitions and batches do not change a document's examples", async () => {
    const documents = Array.from({ length: 12 }, (_, index) =>
      even(3 + 5 * index, 4 + (index % 9), `document-${index}`),
    );
    const { rows } = await run(documents);
    for (const rowsInBatch of [1, 7, 1000]) {
      expect((await run(documents, {}, { rowsInBatch })).rows).toEqual(rows);
    }
    const apart = await Promise.all(documents.map((document) => run([document])));
    expect(apart.flatMap((seen) => seen.rows)).toEqual(rows);
    const backwards = await run(documents.toReversed());
    const byKey = (key: string) => (row: { key: string }) => row.key === key;
    for (const { key } of documents) {
      expect(backwards.rows.filter(byKey(key))).toEqual(rows.filter(byKey(key)));
    }
    expect((await run(documents, {}, { seed: 43 })).rows).not.toEqual(rows);
  });

  test("a document longer than a partition is whole in one, with the examples that it always has", async () => {
    const short = (from: number) =>
      Array.from({ length: 8 }, (_, index) => even(5, 6, `document-${from + index}`));
    const documents = [...short(0), even(600, 9, "long"), ...short(8)];
    const folder = await mkdtemp(join(tmpdir(), "sop-pairs-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const partBytes = 1000;
    const writer = await OutputWriter.create({ folder, outputs: { sentences }, partBytes });
    for await (const batch of sentencesOf(documents, 50).batches())
      await writer.write({ sentences: batch });
    const parts = (await writer.finish())["sentences"]!;
    expect(parts.length).toBeGreaterThan(2);
    const apart: Seen["rows"][] = [];
    for (const { file } of parts) {
      const batches: Batch<typeof sentences.columns>[] = [];
      for await (const batch of readParquet<typeof sentences.columns>(join(folder, file)))
        batches.push(batch);
      apart.push((await run([], {}, { table: inputOf(sentences, batches) })).rows);
    }
    const long = apart.filter((rows) => rows.some(({ key }) => key === "long"));
    expect(long).toHaveLength(1);
    expect(long[0]!.at(-1)!.key).toBe("long");
    expect(apart.flat()).toEqual((await run(documents)).rows);
  });

  test("each pass over the text has other pairs and other masks", async () => {
    const document = even(40, 8);
    const once = await run([document]);
    const twice = await run([document], { dupeFactor: 2 });
    expect(twice.rows.slice(0, once.rows.length)).toEqual(once.rows);
    expect(twice.rows.slice(once.rows.length)).not.toEqual(once.rows);
  });

  test("more examples than a batch holds come in several batches, all of them right", async () => {
    const documents = Array.from({ length: 40 }, (_, index) => even(400, 7, `document-${index}`));
    const { rows, progress } = await run(documents, { maxSeqLength: 24 });
    expect(rows.length).toBeGreaterThan(4096);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(40);
    for (const row of rows) {
      expect(row.positions.length).toBe(row.originals.length);
      expect(row.ids[0]).toBe(CLS);
      expect(row.ids.at(-1)).toBe(SEP);
    }
    expect(progress.at(-1)).toBe(40 * 400);
  });

  test("about the share asked for is predicted, and no more than the cap, which is warned of", async () => {
    const documents = [even(500, 11)];
    const { rows, logs } = await run(documents, { countSpecials: true, filling: "overfull" });
    const pieces = rows.reduce((sum, { ids }) => sum + ids.length, 0);
    const predicted = rows.reduce((sum, { positions }) => sum + positions.length, 0);
    expect(predicted / pieces).toBeGreaterThan(0.14);
    expect(predicted / pieces).toBeLessThan(0.155);
    expect(Math.max(...rows.map(({ positions }) => positions.length))).toBe(19);
    expect(logs).toEqual([]);

    const capped = await run(documents, { maxPredictionsPerSeq: 5, countSpecials: true });
    expect(Math.max(...capped.rows.map(({ positions }) => positions.length))).toBe(5);
    expect(capped.logs).toEqual([
      "warn: maxPredictionsPerSeq 5 caps a full window of 128 at 3.9 % masked; maskedLmProb 0.15 asks for 19",
    ]);
  });

  test("masks are [MASK] or ordinary pieces of the vocabulary", async () => {
    const { rows } = await run([even(300, 9)]);
    for (const { ids, positions } of rows) {
      for (const position of positions) {
        const id = ids[position]!;
        expect(id === MASK || (id >= SPECIALS && id < SPECIALS + ordinary.length)).toBe(true);
      }
    }
  });

  test("documents too short for two segments are counted, and a part without examples is no error", async () => {
    const short = [documentOf([[2]], "one"), documentOf([[1, 1, 1]], "two")];
    const { rows, logs } = await run(short);
    expect(rows).toEqual([]);
    expect(logs).toEqual([
      "info: documents too short to have two segments: 2 (5 pieces); they gave no example",
    ]);
    expect((await run([...short, even(10, 6, "three")])).rows.map(({ key }) => key)).toEqual([
      "three",
    ]);
    expect(await run([])).toEqual({ rows: [], logs: [], progress: [] });
  });

  test("a sentence's index is the document's own, also where one has no pieces", async () => {
    const document = { ...even(3, 6), sentences: Int32Array.of(2, 5, 9) };
    const { rows } = await run([document]);
    expect(Math.min(rows[0]!.a[0], rows[0]!.b[0])).toBe(2);
    expect(Math.max(rows[0]!.a[1], rows[0]!.b[1])).toBe(10);
  });

  test("splits are passed on", async () => {
    const { rows } = await run([even(9, 6, "a"), { ...even(9, 6, "b"), split: "heldout" }]);
    expect(rows.map(({ key, split }) => [key, split])).toEqual([
      ["a", "train"],
      ["b", "heldout"],
    ]);
  });

  test("an abort stops it", async () => {
    const signal = AbortSignal.abort(new Error("stop"));
    await expect(run([even(10, 6)], {}, { signal })).rejects.toThrow("stop");
  });

  test("a training document is used as often as it repeats, each time otherwise; a held-out one once", async () => {
    const one = even(40, 8, "one");
    const once = await run([one]);
    const thrice = await run([{ ...one, repeats: 3 }]);
    expect(thrice.rows).toEqual((await run([one], { dupeFactor: 3 })).rows);
    expect(thrice.rows.slice(0, once.rows.length)).toEqual(once.rows);
    const both = await run([{ ...one, repeats: 2 }], { dupeFactor: 3 });
    expect(both.rows).toEqual((await run([one], { dupeFactor: 6 })).rows);
    const heldout = { ...one, split: "heldout" };
    expect((await run([{ ...heldout, repeats: 3 }])).rows).toEqual((await run([heldout])).rows);
  });

  test("special pieces are known by the tokenizer's word, not by their spelling", async () => {
    const pieces = ["<pad>", "<unk>", ...ordinary, "<s>", "</s>", "<mask>"];
    const tokenizer = await folderOf(wordPieces(pieces));
    const [cls, sep, mask] = ["<s>", "</s>", "<mask>"].map((piece) => pieces.indexOf(piece));
    const { rows } = await run([even(300, 9)], {}, { tokenizer });
    for (const { ids, positions } of rows) {
      expect([ids[0], ids.at(-1)]).toEqual([cls, sep]);
      for (const position of positions)
        expect(ids[position] === mask || (ids[position]! > 1 && ids[position]! < cls!)).toBe(true);
    }
    expect(rows.some(({ ids }) => ids.includes(mask!))).toBe(true);
    await rm(tokenizer, { recursive: true });
  });

  test("pieces that are kept free are never put in a mask's place", async () => {
    const kept = Array.from({ length: 3000 }, (_, index) => `[unused${index}]`);
    const tokenizer = await folderOf(wordPieces([...SPECIAL_PIECES, ...kept, "a"]));
    const { rows } = await run([even(300, 9)], {}, { tokenizer });
    const free = rows.flatMap(({ ids, positions, originals }) =>
      positions
        .filter((position, index) => ids[position] !== MASK && ids[position] !== originals[index])
        .map((position) => ids[position]),
    );
    expect(new Set(free)).toEqual(new Set([SPECIALS + kept.length]));
    await rm(tokenizer, { recursive: true });
  });

  test.each([
    ["special pieces only", (json: string) => json, "special pieces only"],
    ["no [MASK]", (json: string) => json.replaceAll('"[MASK]"', '"mask"'), "[MASK]"],
    ["an empty piece", (json: string) => json.replace('"piece0"', '""'), "empty"],
  ])("a tokenizer with %s is an error", async (what, spoilt, message) => {
    const pieces = what === "special pieces only" ? [] : ["piece0", "piece1"];
    const tokenizer = await folderOf(wordPieces([...SPECIAL_PIECES, ...pieces]));
    const path = join(tokenizer, "tokenizer.json");
    await writeFile(path, spoilt(await readFile(path, "utf8")));
    const error = await run([even(9, 6)], {}, { tokenizer }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(PipelineError);
    expect(`${error.message} ${JSON.stringify(error.details)}`).toContain(message);
    await rm(tokenizer, { recursive: true });
  });

  test("parameters have the reference's defaults and are checked", () => {
    expect(params.parse(undefined)).toEqual({
      maxSeqLength: 128,
      shortSeqProb: 0.1,
      maskedLmProb: 0.15,
      ngram: 3,
      favorShorterNgram: true,
      wholeWord: true,
      dupeFactor: 1,
      objective: "sop",
      mode: "strict",
      audit: "enforce",
      auditLimits: {
        duplicates: 0.01,
        heldoutOverlap: 0.05,
        lengthCue: 0.52,
        wordsInPart: 0.01,
        fill: 0.9,
      },
      ...MODES.strict,
    });
    expect(params.parse({ mode: "google", spans: "within-segment" })).toMatchObject({
      ...MODES.google,
      spans: "within-segment",
      maxPredictionsPerSeq: 20,
    });
    expect(params.parse({ mode: "google", maxPredictionsPerSeq: 77 }).maxPredictionsPerSeq).toBe(
      77,
    );
    for (const wrong of [
      { maxSeqLength: 10 },
      { maskedLmProb: 0 },
      { shortSeqProb: 2 },
      { ngram: 0 },
    ]) {
      expect(params.safeParse(wrong).success).toBe(false);
    }
  });
});
