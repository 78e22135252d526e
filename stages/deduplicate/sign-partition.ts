import { type Inputs, makeBatch, type StageContext, viewBatch } from "../../engine/index.ts";
import type { documents } from "../ingest/tables.ts";
import { FNV_PRIME, GOLDEN, hashBytes, mix } from "./hash.ts";
import type { SignatureParams } from "./params.ts";
import { Sketcher } from "./sketch.ts";
import { signatures } from "./tables.ts";
import { Units } from "./units.ts";

/** Makes the signatures of one partition's documents, in their order. */
export async function* signPartition(
  inputs: Inputs<{ documents: typeof documents }>,
  context: StageContext<SignatureParams, { signatures: typeof signatures }>,
) {
  const { hashes, shingle } = context.params;
  const sketcher = new Sketcher(hashes, shingle);
  const units = new Units();
  let done = 0;
  for await (const batch of inputs.documents.batches(["document_key", "source", "sentences"])) {
    const { document_key, source, sentences } = viewBatch(inputs.documents, batch);
    const { offsets, bytes } = sentences.values;
    const rows = batch.numRows;
    const words = new Int32Array(2 * rows);
    const shingles = new Int32Array(rows);
    const values = new Uint8Array(2 * hashes * rows);
    for (let row = 0; row < rows; row++) {
      const first = sentences.offsets[row]!;
      const last = sentences.offsets[row + 1]!;
      units.length = 0;
      for (let at = first; at < last; at++) units.add(bytes, offsets[at]!, offsets[at + 1]!);
      // What has no letter, such as an emoji, is only like what is the same byte by byte.
      if (units.length === 0) units.push(hashBytes(bytes, offsets[first]!, offsets[last]!)[0]);
      writeHash(units, words, 2 * row);
      shingles[row] = sketcher.sketch(units.values, units.length, values, 2 * hashes * row);
    }
    yield {
      signatures: makeBatch(signatures, {
        document_key,
        source,
        content_hash: new BigInt64Array(words.buffer),
        shingles,
        signature: { offsets: everyNth(rows, 2 * hashes), values },
      }),
    };
    done += rows;
    context.progress(done, inputs.documents.rows, "documents");
    context.signal.throwIfAborted();
  }
}

/** 64 bits of all units in order, as two words that are mixed in different ways. */
function writeHash({ values, length }: Units, out: Int32Array, at: number): void {
  let low = length;
  let high = GOLDEN ^ length;
  for (let index = 0; index < length; index++) {
    const unit = values[index]!;
    low = Math.imul(low ^ unit, FNV_PRIME);
    high = Math.imul((high << 7) ^ (high >>> 25) ^ unit, 0x85ebca6b);
  }
  out[at] = mix(low);
  out[at + 1] = mix(high);
}

function everyNth(rows: number, width: number): Int32Array {
  return Int32Array.from({ length: rows + 1 }, (_, row) => row * width);
}
