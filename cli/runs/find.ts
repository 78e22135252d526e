import { runLogs } from "../../engine/index.ts";
import { type RunFacts, readRun } from "../../report/run-facts.ts";
import { usage } from "../arguments.ts";
import { logOf } from "../run-log.ts";

/** A run so many before the last. */
const AGO = /^~(\d+)$/;

/** The log of a run as `logOf` finds it, and also of `latest` and of `~N`, the Nth run before that. */
export async function findLog(cwd: string, store: string, words: string): Promise<string> {
  const ago = words === "latest" ? "0" : AGO.exec(words)?.[1];
  if (ago === undefined || ago === "0")
    return logOf(cwd, store, ago === undefined ? words : undefined);
  const logs = await runLogs(store);
  const log = logs[Number(ago)];
  if (log !== undefined) return log;
  throw usage(`there is no run ${words}`, {
    where: store,
    expected: "a run on record",
    got: logs.length === 1 ? "one run" : `${logs.length} runs`,
    hint: "pipeline runs",
  });
}

/** A run of a store: the one that words name, or the last of the pipeline of that name; undefined where there is none. */
export async function runOf(
  cwd: string,
  store: string,
  words: string | undefined,
  pipeline: string,
): Promise<RunFacts | undefined> {
  if (words !== undefined) return readRun(await findLog(cwd, store, words));
  for (const log of await runLogs(store)) {
    const run = await readRun(log).catch(() => undefined);
    if (run?.pipeline === pipeline) return run;
  }
  return undefined;
}
