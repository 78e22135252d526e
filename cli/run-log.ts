import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve, sep } from "node:path";
import { EXIT, PipelineError, runLogs, suggest } from "../engine/index.ts";
import { usage } from "./arguments.ts";
import { type ConfigOptions, defaultStore } from "./load-config.ts";

const SUFFIX = ".jsonl";

/** The store that options name, without loading a config: logs can be read where the config is gone or broken. */
export function storeOf(cwd: string, { config, store }: ConfigOptions): string {
  if (store !== undefined) return resolve(cwd, store);
  return defaultStore(cwd, config === undefined ? cwd : dirname(resolve(cwd, config)));
}

/**
 * Path of a run's log: of the newest run, of the one whose name begins as said, or a log's path itself. Throws a
 * PipelineError where there is none (exit 1) or more than one (exit 2).
 */
export async function logOf(cwd: string, store: string, run: string | undefined): Promise<string> {
  if (run !== undefined && (run.endsWith(SUFFIX) || run.includes(sep) || isAbsolute(run))) {
    const path = resolve(cwd, run);
    if (existsSync(path)) return path;
    throw new PipelineError("there is no such log", { where: path, exitCode: EXIT.failed });
  }
  const logs = await runLogs(store);
  if (logs.length === 0)
    throw new PipelineError("no run was logged here", {
      where: join(store, ".runs"),
      hint: existsSync(store) ? "pipeline run" : "pipeline run, or name the store with --store",
      exitCode: EXIT.failed,
    });
  if (run === undefined) return logs[0]!;
  const names = logs.map((path) => basename(path, SUFFIX));
  const found = names.filter((name) => name.startsWith(run));
  if (found.length === 1) return logs[names.indexOf(found[0]!)]!;
  if (found.length === 0)
    throw usage(`there is no run ${run}`, { where: store, hint: suggest(run, names) });
  throw usage(`${found.length} runs begin with ${run}`, { expected: found.join(" or ") });
}
