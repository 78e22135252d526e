import { type InputTable, PipelineError, viewBatch } from "../../engine/index.ts";
import { examples } from "../sop-pairs/tables.ts";

type Ids = Uint16Array | Int32Array;

/**
 * Pretraining examples in flat arrays: example i's pieces stand from offsets[i] to offsets[i + 1], its targets from
 * targetOffsets[i] to targetOffsets[i + 1]. About 3.5 bytes a piece, and no object for an example.
 */
export interface ExampleSet {
  readonly offsets: Float64Array;
  readonly inputIds: Ids;
  readonly tokenTypeIds: Uint8Array;
  readonly targetOffsets: Float64Array;
  /** Position of each target within its example. */
  readonly targetPositions: Uint16Array;
  readonly targetIds: Ids;
  readonly orderLabels: Int8Array;
  /** Which examples are for training and which are held out, ascending. */
  readonly train: Int32Array;
  readonly heldout: Int32Array;
  readonly longest: number;
  /** Most targets that an example has. */
  readonly mostTargets: number;
}

/** One example: its masked input, and what is to be predicted of it. */
export interface ExampleView {
  readonly ids: ArrayLike<number>;
  readonly types: Uint8Array;
  readonly positions: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  readonly label: number;
}

/** Examples as epochs see them. */
export interface ExampleSource {
  /** An example in an epoch, both from 0. What it refers to holds until the next call. */
  view(example: number, epoch: number): ExampleView;
}

/** An example as it stands in the set. */
export function viewOf(set: ExampleSet, example: number): ExampleView {
  const [from, to] = [set.offsets[example]!, set.offsets[example + 1]!];
  const [first, end] = [set.targetOffsets[example]!, set.targetOffsets[example + 1]!];
  return {
    ids: set.inputIds.subarray(from, to),
    types: set.tokenTypeIds.subarray(from, to),
    positions: set.targetPositions.subarray(first, end),
    targets: set.targetIds.subarray(first, end),
    label: set.orderLabels[example]!,
  };
}

/** How many pieces an example has. */
export function lengthOf({ offsets }: ExampleSet, example: number): number {
  return offsets[example + 1]! - offsets[example]!;
}

/** The pieces of the longest of some examples. */
export function longestOf(set: ExampleSet, examples: Iterable<number>): number {
  let longest = 0;
  for (const example of examples) longest = Math.max(longest, lengthOf(set, example));
  return longest;
}

const COLUMNS = [
  "split",
  "input_ids",
  "token_type_ids",
  "masked_lm_positions",
  "masked_lm_ids",
  "sentence_order_label",
] as const;

/** Reads all examples. A PipelineError where a split has none or an id is not the vocabulary's. */
export async function readExamples(
  table: InputTable<(typeof examples)["columns"]>,
  vocabSize: number,
): Promise<ExampleSet> {
  const newIds = (length: number): Ids =>
    vocabSize <= 0x10000 ? new Uint16Array(length) : new Int32Array(length);
  const inputIds: Ids[] = [];
  const targetIds: Ids[] = [];
  const tokenTypeIds: Uint8Array[] = [];
  const targetPositions: Uint16Array[] = [];
  const orderLabels: Int8Array[] = [];
  const lengths: number[] = [];
  const targets: number[] = [];
  const splits = { train: [] as number[], heldout: [] as number[] };
  for await (const batch of table.batches(COLUMNS)) {
    const view = viewBatch(examples, batch);
    for (let row = 0; row < batch.numRows; row++) {
      splits[view.split.get(row) === "heldout" ? "heldout" : "train"].push(lengths.length);
      lengths.push(view.input_ids.offsets[row + 1]! - view.input_ids.offsets[row]!);
      targets.push(
        view.masked_lm_positions.offsets[row + 1]! - view.masked_lm_positions.offsets[row]!,
      );
    }
    for (const [column, list] of [
      [view.input_ids, inputIds],
      [view.masked_lm_ids, targetIds],
    ] as const) {
      const ids = valuesOf(column, batch.numRows);
      checkIds(ids, vocabSize);
      const compact = newIds(ids.length);
      compact.set(ids);
      list.push(compact);
    }
    tokenTypeIds.push(valuesOf(view.token_type_ids, batch.numRows).slice());
    targetPositions.push(Uint16Array.from(valuesOf(view.masked_lm_positions, batch.numRows)));
    orderLabels.push(view.sentence_order_label.slice());
  }
  for (const [split, rows] of Object.entries(splits))
    if (rows.length === 0) throw noExamples(split);
  return {
    offsets: offsetsOf(lengths),
    inputIds: joined(inputIds, newIds),
    tokenTypeIds: joined(tokenTypeIds, (length) => new Uint8Array(length)),
    targetOffsets: offsetsOf(targets),
    targetPositions: joined(targetPositions, (length) => new Uint16Array(length)),
    targetIds: joined(targetIds, newIds),
    orderLabels: joined(orderLabels, (length) => new Int8Array(length)),
    train: Int32Array.from(splits.train),
    heldout: Int32Array.from(splits.heldout),
    longest: lengths.reduce((most, length) => Math.max(most, length), 0),
    mostTargets: targets.reduce((most, count) => Math.max(most, count), 0),
  };
}

/** A list column's values without what lies outside a slice of it. */
function valuesOf<V extends Int32Array | Uint8Array>(
  { offsets, values }: { readonly offsets: Int32Array; readonly values: V },
  rows: number,
): V {
  return values.subarray(offsets[0]!, offsets[rows]!) as V;
}

function checkIds(ids: Int32Array, vocabSize: number): void {
  for (const id of ids)
    if (id < 0 || id >= vocabSize)
      throw new PipelineError("the examples were not made with this vocabulary", {
        where: "train.examples",
        expected: `ids from 0 to ${vocabSize - 1}`,
        got: `${id}`,
        hint: "wire the same tokenizer into tokenize, sop-pairs and train",
      });
}

function noExamples(split: string): PipelineError {
  const heldout = split === "heldout";
  return new PipelineError(heldout ? "no example is held out" : "there is no training example", {
    where: "train.examples",
    expected: `at least one example of split ${split}`,
    got: "none",
    hint: heldout
      ? "raise the held-out share in ingest, or give it more documents"
      : "give ingest documents of several sentences, or lower the held-out share",
  });
}

function offsetsOf(lengths: readonly number[]): Float64Array {
  const offsets = new Float64Array(lengths.length + 1);
  for (const [index, length] of lengths.entries()) offsets[index + 1] = offsets[index]! + length;
  return offsets;
}

/** All of the parts, end to end, in `all`. */
function joined<A extends { set(values: A, offset: number): void; readonly length: number }>(
  parts: readonly A[],
  allocate: (length: number) => A,
): A {
  const all = allocate(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
