import { basename } from "node:path";
import { EXIT, PipelineError, runLogs, suggest } from "../../engine/index.ts";
import { type RunFacts, readRun } from "../../report/run-facts.ts";

/** A run's id from its log's path. */
export function idOf(log: string): string {
  return basename(log, ".jsonl");
}

/**
 * The log that words name: a run's id or its beginning, `latest`, or how many runs ago, `-1` being the one before the
 * last. Throws a PipelineError (exit 2) where there is none or more than one.
 */
export function findLog(logs: readonly string[], words: string): string {
  if (logs.length === 0)
    throw new PipelineError("no run is on record", { hint: "pipeline run", exitCode: EXIT.usage });
  if (words === "latest") return logs[0]!;
  const ago = /^[-~](\d+)$/.exec(words);
  const found =
    ago === null ? logs.filter((log) => idOf(log).startsWith(words)) : [logs[Number(ago[1])]];
  if (found.length === 1 && found[0] !== undefined) return found[0];
  if (found.length > 1)
    throw new PipelineError(`more than one run is called ${words}`, {
      got: found.map((log) => idOf(log!)).join(", "),
      exitCode: EXIT.usage,
    });
  throw new PipelineError(`there is no run ${words}`, {
    where: words,
    hint:
      ago === null
        ? suggest(words, logs.map(idOf))
        : `there are ${logs.length}: latest, then ~1 and so on`,
    exitCode: EXIT.usage,
  });
}

/** A run of a store: the one that words name, or the last of the pipeline of that name. */
export async function runOf(
  store: string,
  words: string | undefined,
  pipeline: string,
): Promise<RunFacts | undefined> {
  const logs = await runLogs(store);
  if (words !== undefined) return readRun(findLog(logs, words));
  for (const log of logs) {
    const run = await readRun(log).catch(() => undefined);
    if (run?.pipeline === pipeline) return run;
  }
  return undefined;
}
