import { createHash, type Hash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { writeFailure } from "./failure.ts";

const PIECE_BYTES = 1 << 20;

/** What has come of a download, `PATH.part`, hashed as it grows; `PATH.part.json` says which content it is of. */
export class PartFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  #hash: Hash;
  #bytes: number;
  #validator: string | undefined;

  private constructor(
    path: string,
    handle: FileHandle,
    hash: Hash,
    bytes: number,
    validator: string | undefined,
  ) {
    this.#path = path;
    this.#handle = handle;
    this.#hash = hash;
    this.#bytes = bytes;
    this.#validator = validator;
  }

  /** Opens what an earlier attempt left, or an empty one. */
  static async open(path: string, signal: AbortSignal | undefined): Promise<PartFile> {
    return await writing(path, async () => {
      const handle = await open(partOf(path), constants.O_RDWR | constants.O_CREAT);
      try {
        const hash = createHash("sha256");
        const bytes = await hashInto(hash, handle, signal);
        return new PartFile(path, handle, hash, bytes, await readValidator(path));
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The strong ETag or the date of what is here, for If-Range; undefined where the server gave none. */
  get validator(): string | undefined {
    return this.#validator;
  }

  /** sha256 of what is here, hex. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  async append(chunk: Uint8Array): Promise<void> {
    await writing(this.#path, async () => {
      for (let start = 0; start < chunk.length; ) {
        const { bytesWritten } = await this.#handle.write(
          chunk,
          start,
          chunk.length - start,
          this.#bytes + start,
        );
        start += bytesWritten;
      }
    });
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /** Begins again with nothing, of the content that `validator` stands for. */
  async restart(validator: string | undefined): Promise<void> {
    await writing(this.#path, async () => {
      await this.#handle.truncate(0);
      this.#hash = createHash("sha256");
      this.#bytes = 0;
      this.#validator = validator;
      await writeFile(stateOf(this.#path), JSON.stringify({ validator }));
    });
  }

  /** Gives the file its name: it is whole, and on the disk. */
  async commit(): Promise<void> {
    await writing(this.#path, async () => {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(partOf(this.#path), this.#path);
      await rm(stateOf(this.#path), { force: true });
    });
  }

  /** Keeps what is here for another attempt. */
  async close(): Promise<void> {
    await this.#handle.close();
  }

  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(partOf(this.#path), { force: true });
    await rm(stateOf(this.#path), { force: true });
  }
}

/** sha256 of a file, hex, with its size; undefined where there is no such file. */
export async function hashed(
  path: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly sha256: string; readonly bytes: number } | undefined> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw writeFailure(error, path);
  });
  if (handle === undefined) return undefined;
  try {
    const hash = createHash("sha256");
    const bytes = await hashInto(hash, handle, signal);
    return { sha256: hash.digest("hex"), bytes };
  } finally {
    await handle.close();
  }
}

/** Feeds a file to a hash from its beginning; gives its size. */
async function hashInto(
  hash: Hash,
  handle: FileHandle,
  signal: AbortSignal | undefined,
): Promise<number> {
  const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  for (let at = 0; ; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(piece, 0, piece.length, at);
    if (bytesRead === 0) return at;
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
}

async function readValidator(path: string): Promise<string | undefined> {
  try {
    const state: unknown = JSON.parse(await readFile(stateOf(path), "utf8"));
    const { validator } = state as { readonly validator?: unknown };
    return typeof validator === "string" ? validator : undefined;
  } catch {
    return undefined;
  }
}

function partOf(path: string): string {
  return `${path}.part`;
}

function stateOf(path: string): string {
  return `${path}.part.json`;
}

async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw writeFailure(error, path);
  }
}
