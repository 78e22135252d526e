import { type Inputs, PipelineError, type StageContext } from "../../../engine/index.ts";
import { spanShares } from "../../../lib/examples/masking.ts";
import type { SopPairsParams } from "../params.ts";
import type { SopPairsOutputs } from "../tables.ts";
import {
  type AuditRow,
  atMost,
  auditRow,
  binomial,
  maskRows,
  pairRows,
  spanRows,
} from "./gates.ts";
import { lengthCue } from "./length-cue.ts";
import { Totals } from "./totals.ts";

/**
 * Audits all examples of a node. A PipelineError where there is none, none has an order although one was asked for,
 * or a gate is broken and the audit is to be enforced.
 */
export async function* auditExamples(
  made: Inputs<SopPairsOutputs>,
  { node, params, log }: StageContext<SopPairsParams, SopPairsOutputs>,
): AsyncGenerator<{ audit: AuditRow[] }> {
  const totals = await Totals.read(made.tallies);
  const splits = [...totals.splits].sort().reverse();
  checkEnough(node, totals, splits, params);
  const rows = [
    ...splits.flatMap((split) => pairRows(totals, split, params)),
    ...(params.objective === "none" ? [] : [await cueRow(made, params)]),
    ...splits.flatMap((split) => maskRows(totals, split, params)),
    ...spanRows(totals, spanShares(params)),
    overlapRow(totals, params),
  ];
  yield { audit: rows };

  const failed = rows.filter(({ verdict }) => verdict === "failed");
  const enforced = params.audit === "enforce";
  if (!enforced) for (const row of failed) log("warn", `audit: ${described(row)}`);
  else if (failed.length > 0)
    throw new PipelineError("the examples do not pass their audit", {
      where: node,
      expected: failed.map(bounds).join("; "),
      got: failed.map(described).join("; "),
      hint: 'mend the corpus or the parameters, loosen auditLimits, or set audit to "report" to go on all the same',
    });
}

function checkEnough(
  node: string,
  totals: Totals,
  splits: readonly string[],
  { objective, loneSentence }: SopPairsParams,
): void {
  const sum = (measure: "examples" | "labelled" | "documents") =>
    splits.reduce((all, split) => all + totals.of(measure, split), 0);
  const asked = objective === "none" ? "examples" : "labelled";
  if (sum(asked) > 0) return;
  const pair = objective === "nsp" ? "a second document to draw from" : "two segments";
  throw new PipelineError(
    sum("examples") === 0
      ? "the corpus gives no example"
      : "the corpus gives no example with an order to tell",
    {
      where: node,
      expected: `documents long enough for ${objective === "none" ? "an example" : pair}`,
      got: `${sum("documents")} documents, all too short`,
      hint:
        loneSentence === "drop"
          ? 'documents of one sentence are dropped: set loneSentence to "part", or ingest longer documents'
          : 'ingest longer documents, or set objective to "none" and loneSentence to "mask-only"',
    },
  );
}

async function cueRow(
  made: Inputs<SopPairsOutputs>,
  { auditLimits }: SopPairsParams,
): Promise<AuditRow> {
  const { accuracy, of } = await lengthCue(made.cues);
  return auditRow(
    "length cue",
    "all",
    accuracy,
    of,
    "orders told right by a logistic model of lengths and positions; 0.5 is chance",
    { high: Math.max(auditLimits.lengthCue, binomial(0.5, of).high!) },
  );
}

function overlapRow(totals: Totals, { auditLimits }: SopPairsParams): AuditRow {
  const heldout = totals.hashes("sentence", "heldout");
  const { shared, of } = heldout.shared(totals.hashes("sentence", "train"));
  return auditRow(
    "held-out overlap",
    "heldout",
    shared / of,
    of,
    "held-out sentences of eight pieces or more that are also in training",
    atMost(auditLimits.heldoutOverlap, of),
  );
}

function described({ measure, split, value, of }: AuditRow): string {
  const exact = Number.isInteger(value) ? `${value}` : value.toPrecision(4);
  return `${measure} (${split}) is ${exact} of ${of}`;
}

function bounds({ measure, low, high }: AuditRow): string {
  const least = low === null ? "" : ` at least ${low.toPrecision(4)}`;
  const most = high === null ? "" : ` at most ${high.toPrecision(4)}`;
  return `${measure}${least}${least !== "" && most !== "" ? "," : ""}${most}`;
}
