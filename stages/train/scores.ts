import type { Row, RowTable } from "../../engine/index.ts";
import type { Baselines } from "./baselines.ts";
import type { CurveRow } from "./measurement.ts";
import type { scores } from "./tables.ts";

export type ScoreRow = typeof scores extends RowTable<infer C> ? Row<C> : never;

/** What the held-out measurement is worth beside the baselines; without an order to tell no row of it. */
export function scoreRows(
  measured: CurveRow,
  baselines: Baselines,
  examples: number,
): readonly ScoreRow[] {
  const common = { split: "heldout", examples, seed: null };
  const order = measured.sentence_order_accuracy;
  const orderRow: ScoreRow[] =
    order === null
      ? []
      : [
          {
            task: "sentence-order",
            metric: "accuracy",
            value: order,
            baseline: baselines.majorityAccuracy,
            baseline_name: "majority",
            better: "higher",
            split: "heldout",
            examples: baselines.ordered,
            seed: null,
          },
        ];
  return [
    {
      task: "masked-lm",
      metric: "loss",
      value: measured.masked_lm_loss,
      baseline: baselines.unigramLoss,
      baseline_name: "unigram",
      better: "lower",
      ...common,
    },
    {
      task: "masked-lm",
      metric: "accuracy",
      value: measured.masked_lm_accuracy,
      baseline: baselines.unigramAccuracy,
      baseline_name: "unigram",
      better: "higher",
      ...common,
    },
    ...orderRow,
  ];
}
