import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Artifact, MANIFEST_FILE, type Manifest, manifestSchema } from "./artifact.ts";
import { Draft } from "./draft.ts";
import { PipelineError } from "./error.ts";
import { explained } from "./file-error.ts";
import { flushFolder } from "./flush.ts";
import { StoreLock } from "./lock.ts";
import { checkKebabCase } from "./name.ts";
import { checkPart, type PartProblem } from "./verify.ts";

export type { Artifact } from "./artifact.ts";

/** Drafts and what is being replaced: whatever is here when a writer opens the store was left by a crash. */
const TEMPORARY = ".tmp";
const LATEST = "latest";
const FINGERPRINT = /^[0-9a-f]{8,128}$/;
const CONCURRENCY = 8;

export interface StoreOptions {
  /** Take the store's lock, make its folder and sweep what a crash left. */
  readonly write: boolean;
  /** Is told of a manifest that cannot be read and is passed over. */
  readonly note?: (message: string) => void;
}

/** Artifacts as folders: `<store>/<node>/<fingerprint>/<output>/part-00000.parquet` beside a manifest. */
export class FileStore {
  /** Absolute path. */
  readonly root: string;
  readonly #lock: StoreLock | undefined;
  readonly #note: (message: string) => void;

  private constructor(root: string, lock: StoreLock | undefined, note: (message: string) => void) {
    this.root = root;
    this.#lock = lock;
    this.#note = note;
  }

  /**
   * Opens a store; to read one that is not there yet is to read an empty one. Throws a PipelineError where the
   * folder cannot be used, with exit code 4 where another process writes to it.
   */
  static async open(folder: string, { write, note = () => {} }: StoreOptions): Promise<FileStore> {
    const root = resolve(folder);
    await checkFolder(root);
    if (!write) return new FileStore(root, undefined, note);
    return await explained("opening the store", root, async () => {
      await makeFolder(root);
      const lock = await StoreLock.take(root);
      try {
        await rm(join(root, TEMPORARY), { recursive: true, force: true });
        await mkdir(join(root, TEMPORARY));
      } catch (error) {
        await lock.release();
        throw error;
      }
      return new FileStore(root, lock, note);
    });
  }

  /** Releases the lock. */
  async close(): Promise<void> {
    if (this.#lock === undefined) return;
    await rm(join(this.root, TEMPORARY), { recursive: true, force: true });
    await this.#lock.release();
  }

  /** The artifact that a node made last. */
  async latest(node: string): Promise<Artifact | undefined> {
    const target = await readlink(join(this.#nodeFolder(node), LATEST)).catch(() => "");
    const fingerprint = target.split(/[\\/]/).at(-1)!;
    const artifact = FINGERPRINT.test(fingerprint) ? await this.find(node, fingerprint) : undefined;
    return artifact ?? (await this.artifacts(node))[0];
  }

  /** The artifact of exactly this fingerprint, whose files may still be damaged: see `check`. */
  async find(node: string, fingerprint: string): Promise<Artifact | undefined> {
    const folder = this.#artifactFolder(node, fingerprint);
    const path = join(folder, MANIFEST_FILE);
    const text = await readFile(path, "utf8").catch((error) => {
      if (error.code !== "ENOENT" && error.code !== "ENOTDIR")
        this.#note(`${path}: ${error.message}`);
      return undefined;
    });
    if (text === undefined) return undefined;
    const manifest = parseManifest(text);
    if (manifest?.node === node && manifest.fingerprint === fingerprint)
      return { manifest, folder };
    this.#note(`${path} is not a manifest of ${node} ${fingerprint}: passed over`);
    return undefined;
  }

  /** The artifacts of a node, newest first: all, or about `most` of the newest by when their manifests were written. */
  async artifacts(
    node: string,
    most: number = Number.POSITIVE_INFINITY,
  ): Promise<readonly Artifact[]> {
    const names = await readdir(this.#nodeFolder(node)).catch(() => []);
    const fingerprints = names.filter((name) => FINGERPRINT.test(name));
    const read =
      fingerprints.length > most
        ? (await this.#byAge(node, fingerprints)).slice(0, most)
        : fingerprints;
    const found = await Promise.all(read.map((name) => this.find(node, name)));
    return found
      .filter((artifact) => artifact !== undefined)
      .sort((a, b) => (a.manifest.finished < b.manifest.finished ? 1 : -1));
  }

  /**
   * Compares an artifact's files with its manifest. Where not deep, a file of unchanged size and modification time
   * is believed without reading it.
   */
  async check(
    { manifest, folder }: Artifact,
    options: { readonly deep?: boolean } = {},
  ): Promise<readonly PartProblem[]> {
    const parts = manifest.partitions.flatMap(({ outputs }) => Object.values(outputs).flat());
    const problems: PartProblem[] = [];
    let next = 0;
    const work = async () => {
      while (next < parts.length) {
        const part = parts[next++]!;
        const problem = await checkPart(part, join(folder, part.file), options);
        if (problem) problems.push(problem);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    return problems.sort((a, b) => (a.file < b.file ? -1 : 1));
  }

  /** Begins an artifact, which becomes the node's latest when it is committed; the store must be open for writing. */
  draft(node: string, fingerprint: string): Draft {
    this.#checkWriting();
    const final = this.#artifactFolder(node, fingerprint);
    const temporary = join(this.root, TEMPORARY, `${node}-${randomUUID()}`);
    return new Draft(node, fingerprint, temporary, async (folder, manifest) => {
      await this.#publish(folder, final, node);
      const artifact = { manifest, folder: final };
      await this.makeLatest(artifact);
      return artifact;
    });
  }

  /** Makes an artifact that is there already its node's latest. */
  async makeLatest({ manifest: { node, fingerprint } }: Artifact): Promise<void> {
    this.#checkWriting();
    const path = join(this.#nodeFolder(node), LATEST);
    if ((await readlink(path).catch(() => "")) === fingerprint) return;
    await explained("writing", path, async () => {
      const temporary = join(this.root, TEMPORARY, randomUUID());
      if (process.platform === "win32") {
        // Symbolic links need a privilege there; a junction does not, but is absolute and cannot be replaced.
        await rm(path, { force: true, recursive: true });
        await symlink(this.#artifactFolder(node, fingerprint), path, "junction");
        return;
      }
      await symlink(fingerprint, temporary, "dir");
      await rename(temporary, path);
      await flushFolder(this.#nodeFolder(node));
    });
  }

  async #byAge(node: string, fingerprints: readonly string[]): Promise<readonly string[]> {
    const written = await Promise.all(
      fingerprints.map(async (fingerprint) => {
        const manifest = join(this.#artifactFolder(node, fingerprint), MANIFEST_FILE);
        const mtimeMs = await stat(manifest).then(
          (found) => found.mtimeMs,
          () => 0,
        );
        return { fingerprint, mtimeMs };
      }),
    );
    return written.sort((a, b) => b.mtimeMs - a.mtimeMs).map(({ fingerprint }) => fingerprint);
  }

  /** Puts a finished folder in its place; a damaged artifact that stands there goes first. */
  async #publish(folder: string, final: string, node: string): Promise<void> {
    const parent = this.#nodeFolder(node);
    await mkdir(parent, { recursive: true });
    const aside = join(this.root, TEMPORARY, randomUUID());
    await rename(final, aside).catch((error) => {
      if (error.code !== "ENOENT") throw error;
    });
    await rename(folder, final);
    await flushFolder(parent);
    await flushFolder(this.root);
    await rm(aside, { recursive: true, force: true });
  }

  #nodeFolder(node: string): string {
    checkKebabCase("node", node);
    return join(this.root, node);
  }

  #artifactFolder(node: string, fingerprint: string): string {
    if (!FINGERPRINT.test(fingerprint)) throw new Error(`not a fingerprint: ${fingerprint}`);
    return join(this.#nodeFolder(node), fingerprint);
  }

  #checkWriting(): void {
    if (this.#lock === undefined) throw new Error("the store is open for reading only");
  }
}

async function checkFolder(root: string): Promise<void> {
  const found = await explained("opening the store", root, () =>
    stat(root).catch((error) => {
      if (error.code !== "ENOENT") throw error;
    }),
  );
  if (found !== undefined && !found.isDirectory()) {
    throw new PipelineError("the store is not a folder", {
      where: root,
      expected: "a folder, or nothing yet",
      got: "a file",
      hint: "name another store with --store",
    });
  }
}

/**
 * Makes a folder and those above it that are missing. Not by `recursive`, with which Node calls a read-only disk "no
 * such file" and tries for ever where the kernel does, as in /proc.
 */
async function makeFolder(path: string): Promise<void> {
  const make = () =>
    mkdir(path).catch((error) => {
      if (error.code !== "EEXIST") throw error;
    });
  await make().catch(async (error) => {
    if (error.code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make();
  });
}

function parseManifest(text: string): Manifest | undefined {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
