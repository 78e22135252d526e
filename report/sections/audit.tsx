import { formatInteger, formatNumber } from "../../lib/format.ts";
import type { AuditRow } from "../collect/audit.ts";
import { DataTable } from "./parts.tsx";

const VERDICTS: Readonly<Record<string, string>> = { passed: "✓ passed", failed: "✗ failed" };

/** What was checked of all examples: each measure beside its bounds, failed ones first. */
export function Audit({ rows }: { readonly rows: readonly AuditRow[] }) {
  if (rows.length === 0) return null;
  const count = (verdict: string): number => rows.filter((row) => row.verdict === verdict).length;
  const failed = count("failed");
  const ordered = [...rows].sort(
    (a, b) => Number(b.verdict === "failed") - Number(a.verdict === "failed"),
  );
  return (
    <>
      <h3>Audit</h3>
      <p>
        Wrong examples teach wrong things without a sign of it, so all of them are measured: whether
        both parts are of one document, whether an order can be guessed from lengths, how much is
        hidden and how.{" "}
        <strong>
          {formatInteger(count("passed"))} checks passed,{" "}
          {failed === 0 ? "none failed" : `${formatInteger(failed)} failed`}.
        </strong>
      </p>
      <DataTable
        caption="Measures of the examples beside their bounds"
        columns={[
          { name: "measure" },
          { name: "split" },
          { name: "value", number: true },
          { name: "must be", number: true },
          { name: "verdict" },
          { name: "of", number: true },
          { name: "what it is", wrap: true },
        ]}
        rows={ordered.map((row) => [
          row.measure.replaceAll("_", " "),
          row.split,
          row.value,
          bounds(row),
          VERDICTS[row.verdict] === undefined ? "" : verdictOf(row.verdict),
          formatInteger(row.of),
          row.about,
        ])}
      />
    </>
  );
}

function verdictOf(verdict: string) {
  return <span className={verdict === "passed" ? "good" : "bad"}>{VERDICTS[verdict]}</span>;
}

function bounds({ low, high }: AuditRow): string | null {
  if (high === 0) return "none";
  if (low === null) return high === null ? null : `at most ${formatNumber(high)}`;
  if (high === null) return `at least ${formatNumber(low)}`;
  return low === high ? formatNumber(low) : `${formatNumber(low)} to ${formatNumber(high)}`;
}
