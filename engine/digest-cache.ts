import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { digestFile } from "./digest.ts";
import { explained } from "./file-error.ts";

/**
 * A file whose times are this close to the moment at which it was hashed may be written again without its times
 * changing: the coarsest clock of a common file system (FAT) ticks every 2 s.
 */
const RACY_NS = 2_000_000_000n;
const CONCURRENCY = 8;

const entrySchema = z.object({
  digest: z.string(),
  /** Size, modification and change time in ns, inode and device: when all are equal the content is taken as equal. */
  stamp: z.string(),
});

type Entry = z.output<typeof entrySchema>;

/** Digests of outside files, remembered between runs, so that an unchanged file is not hashed again. */
export class DigestCache {
  readonly #file: string;
  readonly #entries: Map<string, Entry>;
  #changed = false;

  private constructor(file: string, entries: Map<string, Entry>) {
    this.#file = file;
    this.#entries = entries;
  }

  /** A cache that is missing or unreadable is empty: it holds nothing that cannot be computed again. */
  static async open(file: string): Promise<DigestCache> {
    try {
      const entries = z
        .record(z.string(), entrySchema)
        .parse(JSON.parse(await readFile(file, "utf8")));
      return new DigestCache(file, new Map(Object.entries(entries)));
    } catch {
      return new DigestCache(file, new Map());
    }
  }

  /** sha256 of a file's bytes, hex. Throws a PipelineError where it cannot be read. */
  async digest(file: string): Promise<string> {
    const path = resolve(file);
    const before = await explained("reading", path, () => stat(path, { bigint: true }));
    const stamp = [before.size, before.mtimeNs, before.ctimeNs, before.ino, before.dev].join();
    const known = this.#entries.get(path);
    if (known?.stamp === stamp) return known.digest;
    const now = BigInt(Date.now()) * 1_000_000n;
    const digest = await digestFile(path);
    const settled = now - RACY_NS;
    if (before.mtimeNs < settled && before.ctimeNs < settled) {
      this.#entries.set(path, { digest, stamp });
      this.#changed = true;
    }
    return digest;
  }

  /** Digests of many files, in their order. */
  async digests(files: readonly string[]): Promise<string[]> {
    const digests = new Array<string>(files.length);
    let next = 0;
    const work = async () => {
      while (next < files.length) {
        const index = next++;
        digests[index] = await this.digest(files[index]!);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    return digests;
  }

  /** Keeps what was learnt, in a folder that is made but whose parent is not. Throws where it cannot be written. */
  async save(): Promise<void> {
    if (!this.#changed) return;
    const temporary = `${this.#file}.${process.pid}`;
    await explained("writing", this.#file, async () => {
      await mkdir(dirname(this.#file)).catch((error) => {
        if (error.code !== "EEXIST") throw error;
      });
      try {
        await writeFile(temporary, JSON.stringify(Object.fromEntries(this.#entries)));
        await rename(temporary, this.#file);
      } finally {
        await rm(temporary, { force: true });
      }
    });
    this.#changed = false;
  }
}
