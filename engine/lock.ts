import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { rename, stat, unlink } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { digestText } from "./digest.ts";
import { EXIT, PipelineError } from "./error.ts";

/** Where the lock's name lives: the first two go with their process; a socket file stays and is probed. */
export type LockKind = "abstract-socket" | "named-pipe" | "socket-file";

/** Whom to name to those who find the store busy; the lock itself is the socket. */
const HOLDER_FILE = ".writer";
const ATTEMPTS = 5;

/**
 * Lets one process at a time write to a store: a listening socket whose name comes from the folder's device and
 * inode, and which the kernel releases when its holder dies, however it dies. Processes in different network
 * namespaces (containers that share a volume) do not see each other's.
 */
export class StoreLock {
  readonly #server: Server;
  readonly #holderFile: string;

  private constructor(server: Server, holderFile: string) {
    this.#server = server;
    this.#holderFile = holderFile;
  }

  /** Throws a PipelineError with exit code 4 that names the holder where another process writes. */
  static async take(folder: string, kind: LockKind = platformKind()): Promise<StoreLock> {
    const { dev, ino } = await stat(folder, { bigint: true });
    const address = addressOf(kind, `albert-pipeline-${digestText(`${dev} ${ino}`).slice(0, 32)}`);
    const holderFile = join(folder, HOLDER_FILE);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const server = await listen(address);
      if (server !== undefined) {
        const lock = new StoreLock(server, holderFile);
        try {
          writeFileSync(holderFile, `${process.pid}\n`);
        } catch (error) {
          await lock.release();
          throw error;
        }
        return lock;
      }
      if (kind !== "socket-file" || (await isAlive(address))) throw busy(folder, holderFile);
      await clearStale(address);
    }
    throw busy(folder, holderFile);
  }

  async release(): Promise<void> {
    rmSync(this.#holderFile, { force: true });
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function platformKind(): LockKind {
  if (process.platform === "linux") return "abstract-socket";
  return process.platform === "win32" ? "named-pipe" : "socket-file";
}

function addressOf(kind: LockKind, name: string): string {
  if (kind === "abstract-socket") return `\0${name}`;
  // Not the user's own temporary folder: users who share a store must meet. Socket paths hold 104 bytes.
  return kind === "named-pipe" ? `\\\\.\\pipe\\${name}` : `/tmp/${name}.sock`;
}

/** A server that holds the address, without keeping the process alive; undefined where another holds it. */
function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" || error.code === "EACCES" ? resolve(undefined) : reject(error),
    );
    server.listen({ path: address, exclusive: true }, () => resolve(server));
  });
}

function isAlive(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const answer = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      answer(error.code !== "ECONNREFUSED" && error.code !== "ENOENT"),
    );
  });
}

/** Removes a dead holder's socket file; one that came alive meanwhile is put back. */
async function clearStale(address: string): Promise<void> {
  const aside = `${address}.${process.pid}`;
  try {
    await rename(address, aside);
  } catch {
    return; // Another process cleared it first.
  }
  if (await isAlive(aside)) await rename(aside, address);
  else await unlink(aside);
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
