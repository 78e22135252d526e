import { type InputTable, viewBatch } from "../../../engine/index.ts";
import { SPECIALS_PER_EXAMPLE } from "../../../lib/examples/pairs.ts";
import { fitLogistic } from "../../../lib/logistic.ts";
import { cues } from "../tables.ts";

/** Enough to tell 52 % from 50. */
const SAMPLE = 40_000;

/**
 * How well the order is told without reading: by a logistic model of the segments' lengths, the window's number in
 * its document and where the predictions are, learnt from every other example of the sample and measured on the rest.
 */
export async function lengthCue(
  table: InputTable<(typeof cues)["columns"]>,
): Promise<{ readonly accuracy: number; readonly of: number }> {
  const rows: number[][] = [];
  const labels: number[] = [];
  const every = Math.max(1, Math.floor(table.rows / SAMPLE));
  let seen = 0;
  for await (const batch of table.batches()) {
    const view = viewBatch(cues, batch);
    for (let row = 0; row < batch.numRows; row++) {
      if (seen++ % every !== 0) continue;
      const [a, b] = [view.a_length[row]!, view.b_length[row]!];
      const predictions = view.predictions[row]!;
      rows.push([
        a,
        b,
        a * a,
        b * b,
        a * b,
        view.chunk[row]!,
        view.predictions_in_a[row]! / predictions,
        view.position_sum[row]! / predictions / (a + b + SPECIALS_PER_EXAMPLE),
      ]);
      labels.push(view.sentence_order_label[row]!);
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
