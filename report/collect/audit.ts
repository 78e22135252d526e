import { type Row, rowTable } from "../../engine/index.ts";
import { outputsLike, type ReportSource, rowsOf } from "./source.ts";

const audit = rowTable({
  measure: "utf8",
  split: "utf8",
  value: "float64",
  low: "float64?",
  high: "float64?",
  verdict: "utf8",
  of: "float64",
  about: "utf8",
});

/** What was measured of all examples, beside the bounds that it must keep. */
export type AuditRow = Row<(typeof audit)["columns"]>;

/** The rows of every audit; none where the pipeline has none. */
export async function collectAudit(source: ReportSource): Promise<readonly AuditRow[]> {
  const all = await Promise.all(outputsLike(source, audit).map(rowsOf));
  return all.flat();
}
