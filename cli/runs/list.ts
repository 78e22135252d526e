import { formatSeconds } from "../../lib/format.ts";
import type { Outcome, RunFacts } from "../../report/run-facts.ts";
import { isGone } from "../alive.ts";
import { textTable } from "../text-table.ts";

/** Runs as a table, the newest first. */
export function listText(runs: readonly RunFacts[]): string {
  return textTable(
    ["run", "started", "pipeline", "state", "time", "ran", "cached", "failed"],
    runs.map((run) => [
      run.run,
      timeText(run.startedAt),
      run.pipeline,
      stateOf(run),
      formatSeconds(run.seconds),
      count(run, "ran"),
      count(run, "fresh"),
      count(run, "failed"),
    ]),
  );
}

/** What became of a run; one without an end goes on, unless its process is gone. */
export function stateOf({ state, pid, host }: RunFacts): string {
  if (state !== "unfinished") return state;
  return isGone({ pid, ...(host !== undefined && { host }) }) ? "killed" : "unfinished";
}

/** A moment as local time, to the second. */
export function timeText(ms: number): string {
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 19).replace("T", " ");
}

function count({ nodes }: RunFacts, outcome: Outcome): number {
  return nodes.filter((node) => node.outcome === outcome).length;
}
