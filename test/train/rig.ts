import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Batch,
  type BatchData,
  type Columns,
  type InputTable,
  makeBatch,
  type Resumption,
  type StageContext,
} from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import { examples } from "../../stages/sop-pairs/tables.ts";
import type { TrainOutputs } from "../../stages/train/folders.ts";
import { type PretrainParams, params as schema } from "../../stages/train/params.ts";
import { tokenizerFolder } from "../rig/tokenizer-folder.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";

/** A table held in memory, a batch for each of the given. */
export function inMemory<C extends Columns>(
  columns: C,
  batches: readonly Batch<C>[],
): InputTable<C> {
  return {
    columns,
    rows: batches.reduce((rows, batch) => rows + batch.numRows, 0),
    parts: [],
    async *batches() {
      yield* batches;
    },
  };
}

export interface Example {
  readonly split: "train" | "heldout";
  readonly ids: readonly number[];
  readonly types: readonly number[];
  readonly positions: readonly number[];
  readonly targets: readonly number[];
  readonly order: 0 | 1;
}

function list<A extends Int32Array | Uint8Array>(
  rows: readonly (readonly number[])[],
  from: (values: readonly number[]) => A,
) {
  const offsets = Int32Array.of(0, ...rows.map(() => 0));
  for (const [index, row] of rows.entries()) offsets[index + 1] = offsets[index]! + row.length;
  return { offsets, values: from(rows.flat()) };
}

/** An examples table in batches of at most `batchRows`. */
export function exampleTable(rows: readonly Example[], batchRows = 64) {
  const batches: Batch<(typeof examples)["columns"]>[] = [];
  for (let at = 0; at < rows.length; at += batchRows) {
    const some = rows.slice(at, at + batchRows);
    const zeros = new Int32Array(some.length);
    const int32 = (values: readonly number[]) => Int32Array.from(values);
    const data: BatchData<(typeof examples)["columns"]> = {
      document_key: some.map(() => "document"),
      b_document_key: some.map(() => "document"),
      pass: zeros,
      chunk: zeros,
      split: some.map(({ split }) => split),
      a_start: zeros,
      a_end: zeros,
      b_start: zeros,
      b_end: zeros,
      input_ids: list(
        some.map(({ ids }) => ids),
        int32,
      ),
      token_type_ids: list(
        some.map(({ types }) => types),
        (values) => Uint8Array.from(values),
      ),
      word_starts: list(
        some.map(({ types }) => types),
        (values) => Uint8Array.from(values),
      ),
      sentence_starts: list(
        some.map(() => []),
        int32,
      ),
      masked_lm_positions: list(
        some.map(({ positions }) => positions),
        int32,
      ),
      masked_lm_ids: list(
        some.map(({ targets }) => targets),
        int32,
      ),
      sentence_order_label: some.map(({ order }) => order),
    };
    batches.push(makeBatch(examples, data));
  }
  return inMemory(examples.columns, batches);
}

const ORDINARY = 20;
export const PIECES = [
  ...SPECIAL_PIECES,
  ...Array.from({ length: ORDINARY }, (_, index) => String.fromCharCode(97 + index)),
];

/** A tokenizer as a stage reads it, in a folder of the current test's own. */
export async function tokenizerInput(pieces: readonly string[] = PIECES) {
  return { path: await tokenizerFolder(wordPieces(pieces)) };
}

/**
 * A language that can be learnt: A counts up through the alphabet, B goes on with it, one piece in each is masked.
 * Swapped examples have B first.
 */
export function countingExamples(count: number, seed = 1): Example[] {
  const random = new RandomStream(seed, "counting-examples");
  const [mask, cls, sep] = [4, 2, 3];
  return Array.from({ length: count }, (_, index) => {
    const lengths = [3 + random.below(3), 3 + random.below(3)];
    const start = random.below(ORDINARY);
    const piece = (offset: number) => 5 + ((start + offset) % ORDINARY);
    const first = Array.from({ length: lengths[0]! }, (_, at) => piece(at));
    const second = Array.from({ length: lengths[1]! }, (_, at) => piece(lengths[0]! + at));
    const order = random.below(2) as 0 | 1;
    const [a, b] = order === 0 ? [first, second] : [second, first];
    const ids = [cls, ...a, sep, ...b, sep];
    const positions = [1 + random.below(a.length), 2 + a.length + random.below(b.length)];
    const targets = positions.map((position) => ids[position]!);
    for (const position of positions) ids[position] = mask;
    const types = ids.map((_, at) => Number(at >= a.length + 2));
    return { split: index % 5 === 0 ? "heldout" : "train", ids, types, positions, targets, order };
  });
}

export interface Recorded {
  readonly context: StageContext<PretrainParams, TrainOutputs>;
  readonly metrics: { readonly step: number; readonly values: Readonly<Record<string, number>> }[];
  readonly progress: number[];
  readonly logs: string[];
}

export interface ContextOptions {
  /** The folder outputs are written below it. */
  readonly folder?: string;
  readonly signal?: AbortSignal;
  readonly seed?: number;
  readonly resumption?: Resumption;
}

/** A stage context that records what it is told. */
export function recordingContext(
  raw: unknown,
  {
    folder = "",
    signal = new AbortController().signal,
    seed = 42,
    resumption,
  }: ContextOptions = {},
): Recorded {
  const recorded: Omit<Recorded, "context"> = { metrics: [], progress: [], logs: [] };
  return {
    ...recorded,
    context: {
      node: "train",
      params: schema.parse(raw),
      seed,
      threads: 1,
      signal,
      files: [],
      ...(resumption && { resumption }),
      folder(output) {
        const path = join(folder, output);
        mkdirSync(path, { recursive: true });
        return path;
      },
      progress: (done) => recorded.progress.push(done),
      metric: (step, values) => recorded.metrics.push({ step, values }),
      log: (level, message) => recorded.logs.push(`${level}: ${message}`),
    },
  };
}

/** The smallest model that learns the counting language. */
export const MODEL = {
  embeddingSize: 16,
  hiddenSize: 32,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  intermediateSize: 64,
  maxPositionEmbeddings: 24,
};
