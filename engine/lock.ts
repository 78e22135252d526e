import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { digestText } from "./digest.ts";
import { EXIT, PipelineError } from "./error.ts";
import { type LockKind, NameLock } from "./name-lock.ts";

/** Whom to name to those who find the store busy; the lock itself is the socket. */
const HOLDER_FILE = ".writer";

/** Lets one process at a time write to a store: a lock whose name comes from the folder's device and inode. */
export class StoreLock {
  readonly #name: NameLock;
  readonly #holderFile: string;

  private constructor(name: NameLock, holderFile: string) {
    this.#name = name;
    this.#holderFile = holderFile;
  }

  /** Throws a PipelineError with exit code 4 that names the holder where another process writes. */
  static async take(folder: string, kind?: LockKind): Promise<StoreLock> {
    const { dev, ino } = await stat(folder, { bigint: true });
    const holderFile = join(folder, HOLDER_FILE);
    const name = `albert-pipeline-${digestText(`${dev} ${ino}`).slice(0, 32)}`;
    const held = await NameLock.take(name, kind);
    if (held === undefined) throw busy(folder, holderFile);
    const lock = new StoreLock(held, holderFile);
    try {
      writeFileSync(holderFile, `${process.pid}\n`);
    } catch (error) {
      await lock.release();
      throw error;
    }
    return lock;
  }

  async release(): Promise<void> {
    rmSync(this.#holderFile, { force: true });
    await this.#name.release();
  }
}

function busy(folder: string, holderFile: string): PipelineError {
  return new PipelineError("another process is writing to the store", {
    where: folder,
    got: `held by ${holder(holderFile)}`,
    hint: "wait for it to end, stop it, or use another store with --store",
    exitCode: EXIT.busy,
  });
}

function holder(holderFile: string): string {
  try {
    const pid = Number.parseInt(readFileSync(holderFile, "utf8"), 10);
    return Number.isInteger(pid) ? `process ${pid}` : "a process that is just starting";
  } catch {
    return "a process that is just starting";
  }
}
