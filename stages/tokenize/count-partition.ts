import { type Inputs, makeBatch, type StageContext, viewBatch } from "../../engine/index.ts";
import { WordCounts } from "../../lib/wordpiece/word-counts.ts";
import { WordSplitter } from "../../lib/wordpiece/word-splitter.ts";
import type { documents } from "../ingest/tables.ts";
import type { NormaliserParams } from "./params.ts";
import { words } from "./tables.ts";

/** One partition's words, by code point, so that the same documents give the same bytes in any order. */
export async function* countPartition(
  inputs: Inputs<{ documents: typeof documents }>,
  context: StageContext<NormaliserParams, { words: typeof words }>,
) {
  const counts = new WordCounts();
  const splitter = new WordSplitter(context.params);
  let done = 0;
  for await (const batch of inputs.documents.batches(["split", "sentences"])) {
    const { split, sentences } = viewBatch(inputs.documents, batch);
    const { offsets, bytes } = sentences.values;
    for (let row = 0; row < batch.numRows; row++) {
      if (split.get(row) !== "train") continue;
      for (let at = sentences.offsets[row]!; at < sentences.offsets[row + 1]!; at++)
        counts.addText(splitter, bytes, offsets[at]!, offsets[at + 1]!);
    }
    done += batch.numRows;
    context.progress(done, inputs.documents.rows, "documents");
    context.signal.throwIfAborted();
  }
  if (counts.words.size === 0) return;
  const { count, ...word } = counts.sorted();
  yield { words: makeBatch(words, { word, count: BigInt64Array.from(count, BigInt) }) };
}
