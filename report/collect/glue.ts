import { type Row, rowTable } from "../../engine/index.ts";
import { outputsLike, type ReportSource, rowsOf } from "./source.ts";

const glueScores = rowTable({
  task: "utf8",
  metric: "utf8",
  split: "utf8",
  runs: "int32",
  median: "float64",
  lowest: "float64",
  highest: "float64",
  majority: "float64?",
  bag_of_words: "float64?",
  paper: "float64?",
  examples: "int32",
  note: "utf8",
});

/** A task's scores over its runs, or an average, beside what simpler means and the paper reach. */
export type GlueRow = Row<(typeof glueScores)["columns"]>;

/** The rows of every GLUE table; none where the pipeline has none. */
export async function collectGlue(source: ReportSource): Promise<readonly GlueRow[]> {
  const all = await Promise.all(outputsLike(source, glueScores).map(rowsOf));
  return all.flat();
}
