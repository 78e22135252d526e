import { type InputTable, viewBatch } from "../../engine/index.ts";
import { examples } from "../sop-pairs/tables.ts";

/** What it takes to draw an example anew, by example: where it is from, and where words and sentences begin in it. */
export interface Origins {
  /** The document's key with the pass through it. */
  readonly keys: readonly string[];
  readonly chunks: Int32Array;
  /** 1 where a piece begins a word; as ExampleSet's inputIds. */
  readonly wordStarts: readonly Uint8Array[];
  /** Positions at which a sentence begins, ascending. */
  readonly sentenceStarts: readonly Uint16Array[];
  /** Whether some example's segments are from two documents. */
  readonly mixed: boolean;
}

const COLUMNS = [
  "document_key",
  "b_document_key",
  "pass",
  "chunk",
  "word_starts",
  "sentence_starts",
] as const;

/** Reads it of all examples, in the table's order. */
export async function readOrigins(
  table: InputTable<(typeof examples)["columns"]>,
): Promise<Origins> {
  const keys: string[] = [];
  const chunks: number[] = [];
  const wordStarts: Uint8Array[] = [];
  const sentenceStarts: Uint16Array[] = [];
  let mixed = false;
  for await (const batch of table.batches(COLUMNS)) {
    const view = viewBatch(examples, batch);
    const words = view.word_starts.values.slice();
    for (let row = 0; row < batch.numRows; row++) {
      const key = view.document_key.get(row);
      mixed ||= view.b_document_key.get(row) !== key;
      keys.push(`${key}\u0000${view.pass[row]}`);
      chunks.push(view.chunk[row]!);
      const { offsets } = view.word_starts;
      wordStarts.push(words.subarray(offsets[row]!, offsets[row + 1]!));
      const starts = view.sentence_starts;
      sentenceStarts.push(
        Uint16Array.from(starts.values.subarray(starts.offsets[row]!, starts.offsets[row + 1]!)),
      );
    }
  }
  return { keys, chunks: Int32Array.from(chunks), wordStarts, sentenceStarts, mixed };
}
