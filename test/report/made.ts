import { z } from "zod";
import { defineStage, folder, makeBatch, rowTable, table } from "../../engine/index.ts";
import { writeTokenizer } from "../../lib/tokenizer/files.ts";
import { wordPieces } from "../rig/tokenizers.ts";

/** Text that would act on a page, a terminal or an object used as a map, were it let. */
export const HOSTILE = [
  "</script><script>document.title = 'owned'</script>",
  "<img src=x onerror=\"document.title='owned'\">",
  "\"'><svg onload=document.title='owned'>",
  "</style><style>body{display:none}</style>",
  "__proto__",
  "\u202eesrever\x1b]0;owned\x07",
  "한국어 문장 & <b>more</b>",
] as const;

const at = (index: number): string => HOSTILE[index % HOSTILE.length]!;
const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const documents = table({
  document_key: "utf8",
  source: "utf8",
  title: "utf8",
  language: "utf8",
  split: "utf8",
  repeats: "int32",
  sentences: "list<utf8>",
});
const rejected = table({ source: "utf8", line: "int64", reason: "utf8", excerpt: "utf8" });
const duplicates = table({
  document_key: "utf8",
  kept_key: "utf8",
  kind: "utf8",
  similarity: "float32",
});
const encode = (texts: readonly string[]) => {
  const all = texts.map((text) => Buffer.from(text));
  const offsets = new Int32Array(all.length + 1);
  all.forEach((bytes, index) => {
    offsets[index + 1] = offsets[index]! + bytes.length;
  });
  return { offsets, bytes: Buffer.concat(all) };
};

/** A corpus whose every string is hostile. */
export const corpus = defineStage({
  name: "corpus",
  module: import.meta.url,
  inputs: {},
  outputs: { documents, rejected, duplicates },
  params: z.object({ note: z.string().default(HOSTILE[0]) }),
  async *run(_inputs, { log }) {
    log("warn", HOSTILE[1]);
    const rows = indices(14);
    yield {
      documents: makeBatch(documents, {
        document_key: rows.map(at),
        source: rows.map(at),
        title: rows.map(at),
        language: rows.map((row) => at(row % 2)),
        split: rows.map((row) => (row % 5 === 0 ? "heldout" : "train")),
        repeats: rows.map(() => 1),
        sentences: {
          offsets: Int32Array.from([...rows, 14], (row) => row * 2),
          values: encode(indices(28).map(at)),
        },
      }),
      rejected: makeBatch(rejected, {
        source: [at(0)],
        line: [3n],
        reason: [at(1)],
        excerpt: [at(2)],
      }),
      duplicates: makeBatch(duplicates, {
        document_key: [at(0)],
        kept_key: [at(1)],
        kind: [at(2)],
        similarity: [0.9],
      }),
    };
  },
});

const tokenizer = folder();
const vocab = table({ id: "int32", piece: "utf8", kind: "utf8" });
const PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<b>", "##</p>", "말", "##은"];

export const pieces = defineStage({
  name: "pieces",
  module: import.meta.url,
  inputs: {},
  outputs: { tokenizer, vocab },
  params: z.object({}),
  async *run(_inputs, context) {
    await writeTokenizer(context.folder("tokenizer"), wordPieces(PIECES));
    yield {
      vocab: makeBatch(vocab, {
        id: PIECES.map((_, id) => id),
        piece: PIECES,
        kind: PIECES.map((_, id) => (id < 5 ? "special" : at(id))),
      }),
    };
  },
});

const coverage = rowTable({
  scope: "utf8",
  name: "utf8",
  words: "float64",
  pieces: "float64",
  pieces_per_word: "float64",
  unknown_words: "float64",
  continuation_pieces: "float64",
  characters: "float64",
  uncovered_characters: "float64",
});
const unknownWords = rowTable({ word: "utf8", count: "float64", share: "float64" });

export const words = defineStage({
  name: "words",
  module: import.meta.url,
  inputs: { tokenizer },
  outputs: { coverage, unknownWords },
  params: z.object({}),
  async *run() {
    const numbers = {
      words: 10,
      pieces: 12,
      pieces_per_word: 1.2,
      unknown_words: 0.1,
      continuation_pieces: 0.2,
      characters: 50,
      uncovered_characters: 0,
    };
    yield {
      coverage: [
        { scope: "all", name: "all", ...numbers },
        { scope: "script", name: at(2), ...numbers },
      ],
      unknownWords: HOSTILE.map((word) => ({ word, count: 2, share: 0.01 })),
    };
  },
});

const examples = table({
  document_key: "utf8",
  b_document_key: "utf8",
  split: "utf8",
  input_ids: "list<int32>",
  token_type_ids: "list<uint8>",
  word_starts: "list<uint8>",
  masked_lm_positions: "list<int32>",
  masked_lm_ids: "list<int32>",
  sentence_order_label: "int8",
});

export const pairs = defineStage({
  name: "pairs",
  module: import.meta.url,
  inputs: { documents, tokenizer },
  outputs: { examples },
  params: z.object({ maxSeqLength: z.int().default(8) }),
  async *run() {
    const rows = indices(20);
    const lists = <A extends Int32Array | Uint8Array>(of: A, make: (values: number[]) => A) => ({
      offsets: Int32Array.from([...rows, rows.length], (row) => row * of.length),
      values: make(rows.flatMap(() => [...of])),
    });
    const int32 = (...values: number[]) =>
      lists(Int32Array.from(values), (all) => Int32Array.from(all));
    const uint8 = (...values: number[]) =>
      lists(Uint8Array.from(values), (all) => Uint8Array.from(all));
    yield {
      examples: makeBatch(examples, {
        document_key: rows.map(at),
        // The last one's second part is of another document.
        b_document_key: rows.map((row) => at(row === rows.length - 1 ? 0 : row)),
        split: rows.map((row) => (row % 4 === 0 ? "heldout" : "train")),
        // [CLS] <b></p> [SEP] 말은 [SEP], of which one piece is hidden, one replaced and one left as it is.
        input_ids: int32(2, 4, 6, 3, 5, 8, 3),
        token_type_ids: uint8(0, 0, 0, 0, 1, 1, 1),
        word_starts: uint8(1, 1, 0, 1, 1, 0, 1),
        masked_lm_positions: int32(1, 4, 5),
        masked_lm_ids: int32(5, 7, 8),
        sentence_order_label: rows.map((row) => row % 2),
      }),
    };
  },
});

const curve = rowTable({
  step: "int32",
  split: "utf8",
  masked_lm_loss: "float64",
  masked_lm_accuracy: "float64",
  rollbacks: "int32",
});
const scores = rowTable({
  task: "utf8",
  metric: "utf8",
  split: "utf8",
  value: "float64",
  baseline: "float64?",
  baseline_name: "utf8?",
  better: "utf8",
  examples: "int32",
});
const predictions = table({
  task: "utf8",
  split: "utf8",
  length: "int32",
  label: "utf8",
  prediction: "utf8",
  probability: "float32",
  texts: "list<utf8>",
  classes: "list<utf8>",
});
const audit = rowTable({
  measure: "utf8",
  split: "utf8",
  value: "float64",
  low: "float64?",
  high: "float64?",
  verdict: "utf8",
  of: "float64",
  about: "utf8",
});
const glueScores = rowTable({
  task: "utf8",
  metric: "utf8",
  split: "utf8",
  runs: "int32",
  median: "float64",
  lowest: "float64",
  highest: "float64",
  majority: "float64?",
  bag_of_words: "float64?",
  paper: "float64?",
  examples: "int32",
  note: "utf8",
});

const comparison = rowTable({
  variant: "utf8",
  runs: "int32",
  note: "utf8",
  parameters: "float64",
  seconds: "float64",
  masked_lm_accuracy: "float64?",
  next_sentence_accuracy: "float64?",
  sentence_order_accuracy: "float64?",
  finetuned: "float64?",
  paper: "float64?",
  finetuned_lowest: "float64?",
  finetuned_highest: "float64?",
  memory_bytes: "float64",
  estimated_seconds: "float64?",
  estimated_memory_bytes: "float64?",
});

export const learn = defineStage({
  name: "learn",
  module: import.meta.url,
  inputs: { examples },
  outputs: { curve, scores, predictions, audit, glueScores, comparison },
  params: z.object({ steps: z.int().default(200) }),
  async *run(_inputs, { params, metric }) {
    for (let step = 10; step <= params.steps; step += 10) {
      const loss = 8 - step / 50;
      metric(step, { tokens_per_second: 1000 + step, "<i>hostile": step });
      const row = { step, masked_lm_loss: loss, masked_lm_accuracy: step / 1000, rollbacks: 0 };
      yield { curve: { ...row, split: "train" } };
      if (step % 50 === 0) yield { curve: { ...row, split: "heldout" } };
    }
    const score = { split: at(3), better: "higher", examples: 100 };
    // Classes, then numbers.
    const rows = indices(50);
    const isNumber = (row: number): boolean => row >= 30;
    yield {
      audit: [
        {
          measure: "one_document",
          split: "train",
          value: 1,
          low: 1,
          high: 1,
          verdict: "passed",
          of: 20,
          about: at(0),
        },
        {
          measure: at(1),
          split: "all",
          value: 0.2,
          low: null,
          high: 0.1,
          verdict: "failed",
          of: 20,
          about: at(2),
        },
        {
          measure: "fill",
          split: "all",
          value: 0.9,
          low: null,
          high: null,
          verdict: "told",
          of: 20,
          about: at(3),
        },
      ],
      comparison: {
        variant: at(0),
        runs: 2,
        note: at(1),
        parameters: 813_858,
        seconds: 61,
        masked_lm_accuracy: 0.15,
        next_sentence_accuracy: null,
        sentence_order_accuracy: 0.51,
        finetuned: 0.6,
        paper: 0.801,
        finetuned_lowest: 0.55,
        finetuned_highest: 0.65,
        memory_bytes: 4e8,
        estimated_seconds: null,
        estimated_memory_bytes: 3.9e8,
      },
      glueScores: {
        task: at(0),
        metric: "accuracy",
        split: "dev",
        runs: 5,
        median: 0.7,
        lowest: 0.6,
        highest: 0.8,
        majority: 0.5,
        bag_of_words: 0.65,
        paper: null,
        examples: 277,
        note: at(1),
      },
      scores: [
        {
          task: "masked-lm",
          metric: "loss",
          split: "heldout",
          value: 4,
          baseline: 6.3,
          baseline_name: at(0),
          better: "lower",
          examples: 100,
        },
        {
          task: at(0),
          metric: "accuracy",
          value: 0.8,
          baseline: 0.5,
          baseline_name: at(1),
          ...score,
        },
        {
          task: at(0),
          metric: "accuracy",
          value: 0.7,
          baseline: 0.5,
          baseline_name: at(1),
          ...score,
        },
        { task: at(4), metric: at(2), value: 0.1, baseline: null, baseline_name: null, ...score },
      ],
      predictions: makeBatch(predictions, {
        task: rows.map((row) => at(isNumber(row) ? 1 : 0)),
        split: rows.map(() => "dev"),
        length: rows.map((row) => 5 + (row % 10)),
        label: rows.map((row) => (isNumber(row) ? String(row / 10) : at(row % 3))),
        prediction: rows.map((row) =>
          isNumber(row) ? String((row + (row % 10)) / 10) : at(row % 4),
        ),
        probability: rows.map((row) => (isNumber(row) ? 1 : 0.5 + row / 100)),
        texts: {
          offsets: Int32Array.from([...rows, rows.length], (row) => row * 2),
          values: encode(indices(2 * rows.length).map(at)),
        },
        classes: {
          offsets: Int32Array.from([...rows, rows.length], (row) => Math.min(row, 30) * 2),
          values: encode(indices(60).map(at)),
        },
      }),
    };
  },
});
