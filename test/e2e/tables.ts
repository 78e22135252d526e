import { join } from "node:path";
import { expect } from "vitest";
import { firstRows } from "../../cli/inspect/rows.ts";
import {
  type Columns,
  FileStore,
  type InputRows,
  type InputTable,
  inputSource,
  openInputs,
  type RowColumns,
  type RowTable,
  type Table,
} from "../../engine/index.ts";
import * as evaluate from "../../stages/eval/tables.ts";
import * as ingest from "../../stages/ingest/tables.ts";
import * as sopPairs from "../../stages/sop-pairs/tables.ts";
import * as tokenize from "../../stages/tokenize/tables.ts";
import * as train from "../../stages/train/tables.ts";
import { readByDuckDB } from "../engine/duckdb.ts";
import { partsOf } from "./artifacts.ts";

interface Expected {
  readonly type: Table | RowTable;
  /** SQL type of every column, in order, as whoever opens the file is to find it. */
  readonly sql: Readonly<Record<string, string>>;
  /** Whether the small pipeline puts nothing in it. */
  readonly empty?: boolean;
}

const scores: Expected = {
  type: train.scores,
  sql: {
    task: "VARCHAR",
    metric: "VARCHAR",
    split: "VARCHAR",
    value: "DOUBLE",
    baseline: "DOUBLE",
    baseline_name: "VARCHAR",
    better: "VARCHAR",
    examples: "INTEGER",
    seed: "INTEGER",
  },
};

/** Every table of the small pipeline, by node and output. */
export const TABLES: Readonly<Record<string, Expected>> = {
  "ingest.documents": {
    type: ingest.documents,
    sql: {
      document_key: "VARCHAR",
      source: "VARCHAR",
      title: "VARCHAR",
      language: "VARCHAR",
      split: "VARCHAR",
      repeats: "INTEGER",
      sentences: "VARCHAR[]",
      paragraph_starts: "INTEGER[]",
    },
  },
  "ingest.rejected": {
    type: ingest.rejected,
    empty: true,
    sql: { source: "VARCHAR", line: "BIGINT", reason: "VARCHAR", excerpt: "VARCHAR" },
  },
  "word-counts.words": { type: tokenize.words, sql: { word: "VARCHAR", count: "BIGINT" } },
  "word-counts.normaliser": {
    type: tokenize.normaliser,
    sql: {
      lowercase: "BOOLEAN",
      strip_accents: "BOOLEAN",
      handle_chinese_chars: "BOOLEAN",
      clean_text: "BOOLEAN",
      normal_form: "VARCHAR",
      max_input_chars_per_word: "INTEGER",
    },
  },
  "vocab.vocab": {
    type: tokenize.vocab,
    sql: { id: "INTEGER", piece: "VARCHAR", kind: "VARCHAR" },
  },
  "tokenize.sentences": {
    type: tokenize.sentences,
    sql: {
      document_key: "VARCHAR",
      split: "VARCHAR",
      repeats: "INTEGER",
      sentence: "INTEGER",
      input_ids: "INTEGER[]",
      word_starts: "UTINYINT[]",
    },
  },
  "sop-pairs.examples": {
    type: sopPairs.examples,
    sql: {
      document_key: "VARCHAR",
      b_document_key: "VARCHAR",
      split: "VARCHAR",
      pass: "INTEGER",
      chunk: "INTEGER",
      a_start: "INTEGER",
      a_end: "INTEGER",
      b_start: "INTEGER",
      b_end: "INTEGER",
      input_ids: "INTEGER[]",
      token_type_ids: "UTINYINT[]",
      word_starts: "UTINYINT[]",
      sentence_starts: "INTEGER[]",
      masked_lm_positions: "INTEGER[]",
      masked_lm_ids: "INTEGER[]",
      sentence_order_label: "TINYINT",
    },
  },
  "sop-pairs.audit": {
    type: sopPairs.audit,
    sql: {
      measure: "VARCHAR",
      split: "VARCHAR",
      value: "DOUBLE",
      low: "DOUBLE",
      high: "DOUBLE",
      verdict: "VARCHAR",
      of: "DOUBLE",
      about: "VARCHAR",
    },
  },
  "sop-pairs.tallies": {
    type: sopPairs.tallies,
    sql: { measure: "VARCHAR", split: "VARCHAR", value: "BIGINT", count: "BIGINT" },
  },
  "sop-pairs.cues": {
    type: sopPairs.cues,
    sql: {
      a_length: "INTEGER",
      b_length: "INTEGER",
      chunk: "INTEGER",
      predictions: "INTEGER",
      predictions_in_a: "INTEGER",
      position_sum: "INTEGER",
      sentence_order_label: "TINYINT",
    },
  },
  "train.curve": {
    type: train.curve,
    sql: {
      step: "INTEGER",
      split: "VARCHAR",
      epochs: "DOUBLE",
      masked_lm_loss: "DOUBLE",
      masked_lm_accuracy: "DOUBLE",
      sentence_order_loss: "DOUBLE",
      sentence_order_accuracy: "DOUBLE",
      learning_rate: "DOUBLE",
      gradient_norm: "DOUBLE",
      rollbacks: "INTEGER",
    },
  },
  "train.trustRatios": {
    type: train.trustRatios,
    sql: { step: "INTEGER", tensor: "VARCHAR", ratio: "DOUBLE" },
  },
  "train.divergences": {
    type: train.divergences,
    sql: {
      step: "INTEGER",
      problem: "VARCHAR",
      action: "VARCHAR",
      learning_rate: "DOUBLE",
      document_key: "VARCHAR",
      b_document_key: "VARCHAR",
      pass: "INTEGER",
      chunk: "INTEGER",
      pieces: "VARCHAR",
    },
    empty: true,
  },
  "train.costs": {
    type: train.costs,
    sql: {
      outcome: "VARCHAR",
      problem: "VARCHAR",
      parameters: "DOUBLE",
      steps: "INTEGER",
      seconds: "DOUBLE",
      cpu_seconds: "DOUBLE",
      memory_bytes: "DOUBLE",
    },
  },
  "train.scores": scores,
  "eval.scores": scores,
  "eval.predictions": {
    type: evaluate.predictions,
    sql: {
      task: "VARCHAR",
      split: "VARCHAR",
      seed: "INTEGER",
      index: "INTEGER",
      id: "VARCHAR",
      texts: "VARCHAR[]",
      length: "INTEGER",
      truncated: "BOOLEAN",
      label: "VARCHAR",
      prediction: "VARCHAR",
      probability: "FLOAT",
      classes: "VARCHAR[]",
      probabilities: "FLOAT[]",
    },
  },
  "eval.curve": {
    type: evaluate.curve,
    sql: {
      step: "INTEGER",
      split: "VARCHAR",
      metric: "VARCHAR",
      value: "DOUBLE",
      learning_rate: "DOUBLE",
    },
  },
};

/** Checks that DuckDB finds in a table's parts, by their `latest` folder, what the manifest and our own reader say. */
export async function expectReadAlike(folder: string, name: string): Promise<void> {
  const [node = "", output = ""] = name.split(".");
  const { type, sql, empty = false } = TABLES[name]!;
  const store = await FileStore.open(folder, { write: false });
  const artifact = (await store.latest(node))!;
  const path = join(folder, node, "latest", output, "*.parquet");
  const { types, rows } = await readByDuckDB(path);
  expect(types).toEqual(sql);
  expect(rows.length === 0).toBe(empty);
  const parts = partsOf(artifact.manifest, output);
  expect(rows.length).toBe(parts.reduce((sum, part) => sum + part.rows, 0));

  const { read } = await openInputs<{ read: Table | RowTable }>({
    read: inputSource(artifact, output, type),
  });
  const own =
    type.kind === "table"
      ? await firstRows(read as InputTable<Columns>, Number.POSITIVE_INFINITY)
      : await (read as InputRows<RowColumns>).rows();
  expect(rows).toEqual(own);
}
