import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EXIT } from "../../engine/error.ts";
import { FileStore } from "../../engine/file-store.ts";
import { StoreLock } from "../../engine/lock.ts";
import type { LockKind } from "../../engine/name-lock.ts";

const HOLD = fileURLToPath(new URL("./hold-store.ts", import.meta.url));

let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lock-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

/** A process that holds the store; resolves when it does. */
async function hold(...args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", HOLD, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout!.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`exited with ${code}`)));
  });
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

const busy = (pid: number | undefined) => ({
  exitCode: EXIT.busy,
  details: { got: `held by process ${pid}` },
});

test("a store is another process's until that is killed, and what it left is swept", async () => {
  const child = await hold(folder);
  await mkdir(join(folder, ".tmp", "left"));
  await expect(FileStore.open(folder, { write: true })).rejects.toMatchObject(busy(child.pid));
  await (await FileStore.open(folder, { write: false })).close();
  expect(existsSync(join(folder, ".tmp", "left"))).toBe(true);
  await kill(child);
  const store = await FileStore.open(folder, { write: true });
  expect(existsSync(join(folder, ".tmp", "left"))).toBe(false);
  await store.close();
  expect(existsSync(join(folder, ".writer"))).toBe(false);
});

const kinds: LockKind[] = process.platform === "linux" ? ["abstract-socket", "socket-file"] : [];

describe.each(kinds)("a lock by %s", (kind) => {
  test("is released when its holder is killed", async () => {
    const child = await hold(folder, kind);
    await expect(StoreLock.take(folder, kind)).rejects.toMatchObject(busy(child.pid));
    await kill(child);
    const lock = await StoreLock.take(folder, kind);
    await lock.release();
  });

  test("is one lock by whatever path the folder is reached", async () => {
    const lock = await StoreLock.take(folder, kind);
    const link = `${folder}-link`;
    await symlink(folder, link);
    await expect(StoreLock.take(link, kind)).rejects.toMatchObject(busy(process.pid));
    const moved = `${folder}-moved`;
    await rename(folder, moved);
    await expect(StoreLock.take(moved, kind)).rejects.toMatchObject(busy(process.pid));
    await rename(moved, folder);
    await rm(link);
    await lock.release();
  });

  test("is taken by one of many that try at once, and again after its release", async () => {
    for (let round = 0; round < 3; round++) {
      const tries = Array.from({ length: 8 }, () => StoreLock.take(folder, kind));
      const results = await Promise.allSettled(tries);
      const taken = results.filter((result) => result.status === "fulfilled");
      expect(taken).toHaveLength(1);
      await taken[0]!.value.release();
    }
  });

  test("of one folder leaves others free", async () => {
    const other = join(folder, "other");
    await mkdir(other);
    const locks = [await StoreLock.take(folder, kind), await StoreLock.take(other, kind)];
    for (const lock of locks) await lock.release();
  });
});
