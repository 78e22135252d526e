import { type Row, rowTable } from "../../engine/index.ts";
import { outputsLike, type ReportSource, rowsOf } from "./source.ts";

const comparison = rowTable({
  variant: "utf8",
  runs: "int32",
  note: "utf8",
  parameters: "float64",
  seconds: "float64",
  masked_lm_accuracy: "float64?",
  next_sentence_accuracy: "float64?",
  sentence_order_accuracy: "float64?",
  finetuned: "float64?",
  paper: "float64?",
  finetuned_lowest: "float64?",
  finetuned_highest: "float64?",
  memory_bytes: "float64",
  estimated_seconds: "float64?",
  estimated_memory_bytes: "float64?",
});

/** The variants of an experiment, a table for each node that compares them. */
export interface Comparison {
  readonly node: string;
  readonly rows: readonly Row<(typeof comparison)["columns"]>[];
}

/** Every table of variants, that of the most runs first; none where the pipeline has none. */
export async function collectComparisons(source: ReportSource): Promise<readonly Comparison[]> {
  const all = await Promise.all(
    outputsLike(source, comparison).map(async (found) => {
      return { node: found.node.id, rows: await rowsOf(found) };
    }),
  );
  const runs = ({ rows }: Comparison) => rows.reduce((sum, row) => sum + row.runs, 0);
  return all.filter(({ rows }) => rows.length > 0).sort((a, b) => runs(b) - runs(a));
}
