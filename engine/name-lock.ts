import { rename, unlink } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";

/** Where a lock's name lives: the first two go with their process; a socket file stays and is probed. */
export type LockKind = "abstract-socket" | "named-pipe" | "socket-file";

const ATTEMPTS = 5;

/**
 * A name that one holder at a time has on this machine: a listening socket, which the kernel releases when the
 * holder's process dies, however it dies. Processes in different network namespaces (containers) do not see each other's.
 */
export class NameLock {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Takes a name of letters, digits and hyphens (at most 80); undefined where another holds it. */
  static async take(name: string, kind: LockKind = platformKind()): Promise<NameLock | undefined> {
    const address = addressOf(kind, name);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const server = await listen(address);
      if (server !== undefined) return new NameLock(server);
      if (kind !== "socket-file" || (await isAlive(address))) return undefined;
      await clearStale(address);
    }
    return undefined;
  }

  async release(): Promise<void> {
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
