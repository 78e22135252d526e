import { type InputTable, viewBatch } from "../../engine/index.ts";
import type { TokenizedDocument } from "../../lib/examples/document.ts";
import { sentences } from "../tokenize/tables.ts";

/** A document's sentences as they come in, each a view into its batch. */
class Gathered {
  readonly key: string;
  readonly split: string;
  readonly repeats: number;
  readonly #ids: Int32Array[] = [];
  readonly #wordStarts: Uint8Array[] = [];
  readonly #sentences: number[] = [];

  constructor(key: string, split: string, repeats: number) {
    this.key = key;
    this.split = split;
    this.repeats = repeats;
  }

  add(sentence: number, ids: Int32Array, wordStarts: Uint8Array): void {
    if (ids.length === 0) return;
    this.#ids.push(ids);
    this.#wordStarts.push(wordStarts);
    this.#sentences.push(sentence);
  }

  document(): TokenizedDocument {
    const offsets = new Int32Array(this.#ids.length + 1);
    for (const [index, ids] of this.#ids.entries()) {
      offsets[index + 1] = offsets[index]! + ids.length;
    }
    const length = offsets[this.#ids.length]!;
    const ids = new Int32Array(length);
    const wordStarts = new Uint8Array(length);
    for (const [index, offset] of offsets.subarray(0, -1).entries()) {
      ids.set(this.#ids[index]!, offset);
      wordStarts.set(this.#wordStarts[index]!, offset);
    }
    const { key, split, repeats } = this;
    return {
      key,
      split,
      repeats,
      ids,
      wordStarts,
      offsets,
      sentences: Int32Array.from(this.#sentences),
    };
  }
}

/** Puts the sentences table's rows together to documents, in order; one document is in memory at a time. */
export async function* readDocuments(
  table: InputTable<(typeof sentences)["columns"]>,
): AsyncGenerator<{ readonly document: TokenizedDocument; readonly sentences: number }> {
  let open: Gathered | undefined;
  let rows = 0;
  for await (const batch of table.batches()) {
    const view = viewBatch(sentences, batch);
    const ids = view.input_ids;
    const starts = view.word_starts;
    for (let row = 0; row < batch.numRows; row++) {
      const key = view.document_key.get(row);
      if (open === undefined || open.key !== key) {
        if (open !== undefined) yield { document: open.document(), sentences: rows };
        open = new Gathered(key, view.split.get(row), view.repeats[row]!);
        rows = 0;
      }
      rows++;
      open.add(
        view.sentence[row]!,
        ids.values.subarray(ids.offsets[row]!, ids.offsets[row + 1]!),
        starts.values.subarray(starts.offsets[row]!, starts.offsets[row + 1]!),
      );
    }
  }
  if (open !== undefined) yield { document: open.document(), sentences: rows };
}
