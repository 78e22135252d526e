import {
  type Batch,
  type Inputs,
  makeBatch,
  PipelineError,
  type StageContext,
  viewBatch,
} from "../../engine/index.ts";
import { IntList } from "../../lib/wordpiece/int-list.ts";
import { PieceList, UNKNOWN, WordPieceTokenizer } from "../../lib/wordpiece/tokenizer.ts";
import type { documents } from "../ingest/tables.ts";
import { readPieces } from "../read-pieces.ts";
import type { NormaliserParams } from "./params.ts";
import { sentences, type vocab } from "./tables.ts";

/** Ids in a batch of sentences: about 5 MB. */
const BATCH_IDS = 1 << 20;

/** A share of unknown words above which the vocabulary does not suit the text. */
const MANY_UNKNOWN = 0.05;

/** Tokenises one partition's documents, sentence by sentence. */
export async function* tokenizePartition(
  inputs: Inputs<{ documents: typeof documents; vocab: typeof vocab }>,
  context: StageContext<NormaliserParams, { sentences: typeof sentences }>,
) {
  const pieces = await readPieces(inputs.vocab);
  if (!pieces.includes(UNKNOWN))
    throw new PipelineError(`the vocabulary has no ${UNKNOWN}`, { where: `${context.node}.vocab` });
  const tokenizer = new WordPieceTokenizer(pieces, context.params);
  const rows = new SentenceRows(tokenizer.idOf(UNKNOWN)!);
  let done = 0;
  for await (const batch of inputs.documents.batches(["document_key", "split", "sentences"])) {
    const { document_key, split, sentences } = viewBatch(inputs.documents, batch);
    const { offsets, bytes } = sentences.values;
    for (let row = 0; row < batch.numRows; row++) {
      const key = document_key.get(row);
      const part = split.get(row);
      const first = sentences.offsets[row]!;
      for (let at = first; at < sentences.offsets[row + 1]!; at++) {
        tokenizer.encodeInto(bytes, offsets[at]!, offsets[at + 1]!, rows.pieces);
        rows.end(key, part, at - first);
        if (rows.pieces.length >= BATCH_IDS) yield { sentences: rows.take() };
      }
    }
    done += batch.numRows;
    context.progress(done, inputs.documents.rows, "documents");
    context.signal.throwIfAborted();
  }
  if (rows.length > 0) yield { sentences: rows.take() };
  if (rows.unknown > MANY_UNKNOWN * rows.words)
    context.log(
      "warn",
      `${((100 * rows.unknown) / rows.words).toFixed(1)} % of the words are ${UNKNOWN}: ` +
        "does word-counts have the same parameters, and is alphabetLimit high enough?",
    );
}

/** Rows of the sentences table as they are filled. */
class SentenceRows {
  readonly pieces = new PieceList();
  /** Words and unknown words over all batches. */
  words = 0;
  unknown = 0;
  readonly #unknownId: number;
  #keys: string[] = [];
  #splits: string[] = [];
  #sentences: number[] = [];
  readonly #offsets = new IntList();

  constructor(unknownId: number) {
    this.#unknownId = unknownId;
    this.#offsets.push(0);
  }

  get length(): number {
    return this.#keys.length;
  }

  /** Ends a row at the pieces added so far. */
  end(key: string, split: string, sentence: number): void {
    this.#keys.push(key);
    this.#splits.push(split);
    this.#sentences.push(sentence);
    this.#offsets.push(this.pieces.length);
  }

  /** The rows as a batch; begins anew. */
  take(): Batch<(typeof sentences)["columns"]> {
    const { length, values, wordStarts } = this.pieces;
    for (let at = 0; at < length; at++) {
      this.words += wordStarts[at]!;
      if (values[at] === this.#unknownId) this.unknown++;
    }
    const offsets = this.#offsets.values.slice(0, this.#offsets.length);
    const batch = makeBatch(sentences, {
      document_key: this.#keys,
      split: this.#splits,
      sentence: this.#sentences,
      input_ids: { offsets, values: values.slice(0, length) },
      word_starts: { offsets, values: wordStarts.slice(0, length) },
    });
    this.#keys = [];
    this.#splits = [];
    this.#sentences = [];
    this.#offsets.length = 1;
    this.pieces.length = 0;
    return batch;
  }
}
