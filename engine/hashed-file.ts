import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { explained } from "./file-error.ts";

/** What is known of a file once it is whole and on the disk. */
export interface WrittenFile {
  /** sha256 of the bytes, hex. */
  readonly digest: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** A new file that is hashed as it is written and flushed to the disk when it is closed. */
export class HashedFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash("sha256");
  #bytes = 0;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Throws a PipelineError where the file exists or cannot be made. */
  static async create(path: string): Promise<HashedFile> {
    return new HashedFile(path, await explained("writing", path, () => open(path, "wx")));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    this.#bytes += bytes.byteLength;
    await explained("writing", this.path, () => this.#handle.writeFile(bytes));
  }

  async close(): Promise<WrittenFile> {
    return await explained("writing", this.path, async () => {
      try {
        await this.#handle.sync();
        const { mtimeMs } = await this.#handle.stat();
        return { digest: this.#hash.digest("hex"), bytes: this.#bytes, mtimeMs };
      } finally {
        await this.#handle.close();
      }
    });
  }

  /** Closes the file without finishing it. */
  async abort(): Promise<void> {
    await this.#handle.close();
  }
}
