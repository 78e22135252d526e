import {
  type Batch,
  type Inputs,
  makeBatch,
  type StageContext,
  viewBatch,
} from "../../engine/index.ts";
import { IntList } from "../../lib/wordpiece/int-list.ts";
import { PieceList } from "../../lib/wordpiece/tokenizer.ts";
import type { documents } from "../ingest/tables.ts";
import { openTokenizerInput } from "../tokenizer-input.ts";
import { sentences, type tokenizer } from "./tables.ts";

/** Ids in a batch of sentences: about 5 MB. */
const BATCH_IDS = 1 << 20;

/** Sentences that are encoded at once, whatever document they are of. */
const CHUNK_SENTENCES = 1024;

/** A share of unknown words above which the vocabulary does not suit the text. */
const MANY_UNKNOWN = 0.05;

/** Tokenises one partition's documents. */
export async function* tokenizePartition(
  inputs: Inputs<{ documents: typeof documents; tokenizer: typeof tokenizer }>,
  context: StageContext<unknown, { sentences: typeof sentences }>,
) {
  const { definition, encoder } = await openTokenizerInput(inputs.tokenizer);
  const rows = new SentenceRows(definition.roles.unk);
  let done = 0;
  const columns = ["document_key", "split", "repeats", "sentences"] as const;
  for await (const batch of inputs.documents.batches(columns)) {
    const view = viewBatch(inputs.documents, batch);
    const { offsets, values } = view.sentences;
    const end = offsets[batch.numRows]!;
    let row = 0;
    let [key, split] = ["", ""];
    for (let from = offsets[0]!; from < end; from += CHUNK_SENTENCES) {
      const to = Math.min(end, from + CHUNK_SENTENCES);
      await encoder.encodeTexts(values, from, to, rows.pieces, rows.ends);
      for (let at = from; at < to; at++) {
        while (offsets[row + 1]! <= at) row++;
        if (at === from || at === offsets[row]) {
          key = view.document_key.get(row);
          split = view.split.get(row);
        }
        rows.add(key, split, view.repeats[row]!, at - offsets[row]!);
      }
      if (rows.pieces.length >= BATCH_IDS) yield { sentences: rows.take() };
      context.signal.throwIfAborted();
    }
    done += batch.numRows;
    context.progress(done, inputs.documents.rows, "documents");
  }
  if (rows.length > 0) yield { sentences: rows.take() };
  if (rows.unknown > MANY_UNKNOWN * rows.words)
    context.log(
      "warn",
      `${((100 * rows.unknown) / rows.words).toFixed(1)} % of the words are ` +
        `${definition.pieces[definition.roles.unk]}: the vocabulary does not suit the text; ` +
        "tokenizerReport says which words",
    );
}

/** Rows of the sentences table as they are filled. */
class SentenceRows {
  readonly pieces = new PieceList();
  /** Where each row's pieces end, after a 0. */
  readonly ends = new IntList();
  /** Words, and those with an unknown piece, over all batches. */
  words = 0;
  unknown = 0;
  readonly #unknownId: number;
  #keys: string[] = [];
  #splits: string[] = [];
  #repeats: number[] = [];
  #sentences: number[] = [];

  constructor(unknownId: number) {
    this.#unknownId = unknownId;
    this.ends.push(0);
  }

  get length(): number {
    return this.#keys.length;
  }

  /** Says what the next of the rows is whose pieces are there. */
  add(key: string, split: string, repeats: number, sentence: number): void {
    this.#keys.push(key);
    this.#splits.push(split);
    this.#repeats.push(repeats);
    this.#sentences.push(sentence);
  }

  /** The rows as a batch; begins anew. */
  take(): Batch<(typeof sentences)["columns"]> {
    this.#count();
    const { length, values, wordStarts } = this.pieces;
    const offsets = this.ends.values.slice(0, this.ends.length);
    const batch = makeBatch(sentences, {
      document_key: this.#keys,
      split: this.#splits,
      repeats: this.#repeats,
      sentence: this.#sentences,
      input_ids: { offsets, values: values.slice(0, length) },
      word_starts: { offsets, values: wordStarts.slice(0, length) },
    });
    this.#keys = [];
    this.#splits = [];
    this.#repeats = [];
    this.#sentences = [];
    this.ends.length = 1;
    this.pieces.length = 0;
    return batch;
  }

  #count(): void {
    const { length, values, wordStarts } = this.pieces;
    let counted = false;
    for (let at = 0; at < length; at++) {
      if (wordStarts[at] === 1) {
        this.words++;
        counted = false;
      }
      if (values[at] !== this.#unknownId || counted) continue;
      this.unknown++;
      counted = true;
    }
  }
}
