import { formatBytes, formatSeconds } from "../../lib/format.ts";
import { sanitize } from "../../lib/sanitize.ts";
import type { RunFacts } from "../../report/run-facts.ts";
import { textTable } from "../text-table.ts";
import { stateOf, timeText } from "./list.ts";
import type { RunScore } from "./scores.ts";

/** One run: what it was of, what became of each node, its scores, and what it warned of. */
export function showText(run: RunFacts, scores: readonly RunScore[]): string {
  const { machine } = run;
  const blocks = [
    [
      `run       ${run.run}`,
      `pipeline  ${run.pipeline}, seed ${run.seed}`,
      `started   ${timeText(run.startedAt)}, ${stateOf(run)} in ${formatSeconds(run.seconds)}`,
      `store     ${run.store}`,
      ...(machine === undefined
        ? []
        : [
            `machine   ${machine.cpu || machine.arch}, ${machine.cores} cores, ${formatBytes(machine.memory)}, ${machine.platform}, Node ${machine.node}`,
          ]),
    ]
      .map(sanitize)
      .join("\n"),
    textTable(
      ["node", "outcome", "time", "parts", "reused", "why"],
      run.nodes.map((node) => [
        node.id,
        node.outcome,
        node.seconds === undefined ? "" : formatSeconds(node.seconds),
        node.partitions,
        node.reused,
        node.error?.message ?? node.why,
      ]),
    ),
  ];
  if (scores.length > 0)
    blocks.push(
      textTable(
        ["score", "value"],
        scores.map(({ name, value }) => [name, value]),
      ),
    );
  if (run.warnings.length > 0)
    blocks.push(
      run.warnings.map(({ node, message }) => sanitize(`warning: ${node}: ${message}`)).join("\n"),
    );
  return blocks.join("\n\n");
}
