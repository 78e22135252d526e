import { type Inputs, makeBatch, type StageContext, viewBatch } from "../../engine/index.ts";
import { WordCounter } from "../../lib/wordpiece/word-counter.ts";
import type { documents } from "../ingest/tables.ts";
import { type NormaliserParams, normaliserOf } from "./params.ts";
import { normaliser, words } from "./tables.ts";

/** One partition's words, by code point, so that the same documents give the same bytes in any order. */
export async function* countPartition(
  inputs: Inputs<{ documents: typeof documents }>,
  context: StageContext<NormaliserParams, { words: typeof words; normaliser: typeof normaliser }>,
) {
  const options = normaliserOf(context.params);
  yield {
    normaliser: makeBatch(normaliser, {
      lowercase: [options.lowercase],
      strip_accents: [options.stripAccents],
      handle_chinese_chars: [options.handleChineseChars],
      clean_text: [options.cleanText],
      normal_form: [options.normalForm],
      max_input_chars_per_word: [options.maxInputCharsPerWord],
    }),
  };
  const counter = new WordCounter(options);
  let done = 0;
  for await (const batch of inputs.documents.batches(["split", "repeats", "sentences"])) {
    const { split, repeats, sentences } = viewBatch(inputs.documents, batch);
    const { offsets, bytes } = sentences.values;
    for (let row = 0; row < batch.numRows; row++) {
      if (split.get(row) !== "train") continue;
      for (let at = sentences.offsets[row]!; at < sentences.offsets[row + 1]!; at++)
        counter.addText(bytes, offsets[at]!, offsets[at + 1]!, repeats[row]!);
    }
    done += batch.numRows;
    context.progress(done, inputs.documents.rows, "documents");
    context.signal.throwIfAborted();
  }
  const counts = counter.finish();
  if (counts.words.size === 0) return;
  const { count, ...word } = counts.sorted();
  yield { words: makeBatch(words, { word, count: BigInt64Array.from(count, BigInt) }) };
}
