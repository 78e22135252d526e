import { type InputTable, viewBatch } from "../../../engine/index.ts";
import { fitLogistic } from "../../../lib/logistic.ts";
import type { examples } from "../tables.ts";

/** Enough to tell 52 % from 50. */
const SAMPLE = 40_000;

const COLUMNS = ["token_type_ids", "masked_lm_positions", "chunk", "sentence_order_label"] as const;

/**
 * How well the order is told without reading: by a logistic model of the segments' lengths, the window's number in
 * its document and where the predictions are, learnt from every other labelled example and measured on the rest.
 */
export async function lengthCue(
  table: InputTable<(typeof examples)["columns"]>,
): Promise<{ readonly accuracy: number; readonly of: number }> {
  const rows: number[][] = [];
  const labels: number[] = [];
  const every = Math.max(1, Math.floor(table.rows / SAMPLE));
  let seen = 0;
  for await (const batch of table.batches(COLUMNS)) {
    const view = viewBatch(table, batch);
    for (let row = 0; row < batch.numRows; row++) {
      const label = view.sentence_order_label[row]!;
      if (label === -1 || seen++ % every !== 0) continue;
      const types = of(view.token_type_ids, row);
      const separator = types.indexOf(1) - 1;
      rows.push(
        features(types.length, separator, of(view.masked_lm_positions, row), view.chunk[row]!),
      );
      labels.push(label);
    }
  }
  const half = (odd: number) => Array.from(rows.keys()).filter((row) => row % 2 === odd);
  const [fitted, held] = [half(0), half(1)];
  const model = fitLogistic(
    fitted.map((row) => rows[row]!),
    fitted.map((row) => labels[row]!),
  );
  const right = held.filter((row) => model.predict(rows[row]!) === (labels[row] === 1)).length;
  return { accuracy: right / Math.max(1, held.length), of: held.length };
}

function features(
  length: number,
  separator: number,
  positions: Int32Array | Uint8Array,
  chunk: number,
): number[] {
  const [a, b] = [separator - 1, length - separator - 2];
  let [inA, sum] = [0, 0];
  for (const position of positions) {
    if (position < separator) inA++;
    sum += position;
  }
  return [
    a,
    b,
    a * a,
    b * b,
    a * b,
    chunk,
    inA / positions.length,
    sum / positions.length / length,
  ];
}

function of<V extends Int32Array | Uint8Array>(
  { offsets, values }: { readonly offsets: Int32Array; readonly values: V },
  row: number,
): V {
  return values.subarray(offsets[row]!, offsets[row + 1]!) as V;
}
