import { closeSync, mkdirSync, openSync, renameSync, symlinkSync, writeSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { RunEvent } from "./event.ts";
import { explained } from "./file-error.ts";

/** Logs of this many runs are kept. */
const KEPT = 20;
const SUFFIX = ".jsonl";
const LATEST = "latest";

/** Names a run so that names sort by time: `20261123T181939123Z-4711`, the last being the process. */
export function newRunId(now: Date, pid: number): string {
  return `${now.toISOString().replaceAll(/[-:.]/g, "")}-${pid}`;
}

/** Folder of a store that holds its runs' logs. */
export function runsFolder(store: string): string {
  return join(store, ".runs");
}

/** Paths of a store's run logs, newest first. */
export async function runLogs(store: string): Promise<readonly string[]> {
  const folder = runsFolder(store);
  const names = await readdir(folder).catch(() => []);
  const logs = names.filter((name) => name.endsWith(SUFFIX));
  return logs.sort((a, b) => (a < b ? 1 : -1)).map((name) => join(folder, name));
}

/** Appends a run's events to its log, each at once, so that a run that dies leaves all that it said. */
export class EventLog {
  readonly file: string;
  readonly #descriptor: number;

  private constructor(file: string) {
    this.file = file;
    this.#descriptor = openSync(file, "a");
  }

  /** Begins the log of a run and forgets those of all but the newest runs. */
  static async create(store: string, run: string): Promise<EventLog> {
    const folder = runsFolder(store);
    return await explained("writing the event log", folder, async () => {
      mkdirSync(folder, { recursive: true });
      const log = new EventLog(join(folder, `${run}${SUFFIX}`));
      const link = join(folder, `${LATEST}.${process.pid}`);
      await rm(link, { force: true });
      symlinkSync(`${run}${SUFFIX}`, link);
      renameSync(link, join(folder, LATEST));
      const old = (await runLogs(store)).slice(KEPT);
      await Promise.all(old.map((path) => rm(path, { force: true })));
      return log;
    });
  }

  write(event: RunEvent): void {
    writeSync(this.#descriptor, `${JSON.stringify(event)}\n`);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
