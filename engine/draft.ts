import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type Artifact,
  MANIFEST_FILE,
  type Manifest,
  type Part,
  type Partition,
} from "./artifact.ts";
import { digestParts } from "./digest.ts";
import { PipelineError } from "./error.ts";
import { explained } from "./file-error.ts";
import { flushFile, flushFolder } from "./flush.ts";
import { checkIdentifier } from "./name.ts";
import type { Outputs } from "./table.ts";
import { partName } from "./table-writer.ts";
import { checkPart, corruptionError } from "./verify.ts";

/** What the runner knows of a node when all of its partitions are written; the draft knows the rest. */
export interface FinishedWork extends Pick<Manifest, "stage" | "fields" | "seconds"> {
  readonly outputs: Outputs;
  /** In order; files are relative to each partition's folder. */
  readonly partitions: readonly Partition[];
}

/** Where a partition's files are: an artifact, or as much of one as is needed to read it. */
export interface PartitionSource extends Pick<Artifact, "folder"> {
  readonly manifest: Pick<Manifest, "node" | "fingerprint">;
}

/** An artifact in the making, in a temporary folder of the store, invisible until it is committed. */
export class Draft {
  readonly node: string;
  readonly fingerprint: string;
  readonly #temporary: string;
  readonly #publish: (folder: string, manifest: Manifest) => Promise<Artifact>;

  /** @param publish puts the finished folder in its place, in one step */
  constructor(
    node: string,
    fingerprint: string,
    temporary: string,
    publish: (folder: string, manifest: Manifest) => Promise<Artifact>,
  ) {
    this.node = node;
    this.fingerprint = fingerprint;
    this.#temporary = temporary;
    this.#publish = publish;
  }

  /** The folder of the partition of this index, in which its outputs are written; made by whoever writes. */
  folderFor(index: number): string {
    return join(this.#partitions, String(index).padStart(5, "0"));
  }

  /**
   * Takes a partition of an earlier artifact over as this draft's partition of the given index: its files become
   * hard links, or copies where the file system has none. Throws a corruption error where a file is not what it was.
   */
  async adopt(index: number, partition: Partition, from: PartitionSource): Promise<Partition> {
    const folder = this.folderFor(index);
    const outputs: Record<string, Part[]> = {};
    for (const [output, parts] of Object.entries(partition.outputs)) {
      const adopted = parts.map(async (part) => {
        const source = join(from.folder, part.file);
        const problem = await checkPart(part, source, { deep: true });
        if (problem) throw corruptionError(from.manifest, source, problem);
        return { ...part, mtimeMs: await linkOrCopy(source, join(folder, part.file)) };
      });
      outputs[output] = await Promise.all(adopted);
    }
    return { ...partition, outputs };
  }

  /**
   * Makes the artifact: numbers the parts of each output over all partitions, writes the manifest, flushes
   * everything to the disk and renames the folder into its place. Nothing is visible before that rename.
   */
  async commit(work: FinishedWork): Promise<Artifact> {
    const folder = join(this.#temporary, "artifact");
    return await explained("writing the artifact", folder, async () => {
      const partitions = await this.#gather(work, folder);
      const manifest: Manifest = {
        version: 1,
        node: this.node,
        stage: work.stage,
        fingerprint: this.fingerprint,
        fields: work.fields,
        partitions,
        outputs: outputDigests(work.outputs, partitions),
        finished: new Date().toISOString(),
        seconds: work.seconds,
      };
      await writeManifest(folder, manifest);
      for (const path of await foldersIn(folder)) await flushFolder(path);
      // Only emptied folders are left of the partitions: they go while the disk is waited for.
      const emptied = rm(this.#partitions, { recursive: true, force: true }).catch(() => {});
      try {
        return await this.#publish(folder, manifest);
      } finally {
        await emptied;
        await this.discard();
      }
    });
  }

  /** Removes the draft. */
  async discard(): Promise<void> {
    await rm(this.#temporary, { recursive: true, force: true });
  }

  get #partitions(): string {
    return join(this.#temporary, "partitions");
  }

  /** Moves every file of every partition to its final name below `folder`. */
  async #gather({ outputs, partitions }: FinishedWork, folder: string): Promise<Partition[]> {
    await mkdir(folder, { recursive: true });
    const counts = new Map<string, number>();
    for (const name of Object.keys(outputs)) {
      checkIdentifier("an output", name);
      await mkdir(join(folder, name));
    }
    const gathered: Partition[] = [];
    const tableParts: { readonly from: string; readonly to: string }[] = [];
    for (const [index, partition] of partitions.entries()) {
      const moved: Record<string, Part[]> = {};
      for (const [name, { kind }] of Object.entries(outputs)) {
        moved[name] = [];
        for (const part of partition.outputs[name] ?? []) {
          const count = counts.get(name) ?? 0;
          counts.set(name, count + 1);
          const file = kind === "folder" ? part.file : `${name}/${partName(count)}`;
          const [from, to] = [join(this.folderFor(index), part.file), join(folder, file)];
          if (kind === "folder") await moveNew(from, to, this.node);
          else tableParts.push({ from, to });
          moved[name].push({ ...part, file });
        }
      }
      gathered.push({ ...partition, outputs: moved });
    }
    // Each has a name of its own, so they need not be moved one by one.
    await Promise.all(tableParts.map(({ from, to }) => rename(from, to)));
    return gathered;
  }
}

/** Links a file to a new name, or copies it where that cannot be; its modification time there, ms. */
async function linkOrCopy(from: string, to: string): Promise<number> {
  return await explained("writing", to, async () => {
    await mkdir(dirname(to), { recursive: true });
    try {
      await link(from, to);
    } catch (error) {
      if (!CANNOT_LINK.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
      await copyFile(from, to);
      await flushFile(to);
    }
    return (await stat(to)).mtimeMs;
  });
}

/** No links on this file system, too many to this file, not permitted, or another file system. */
const CANNOT_LINK = new Set(["ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EPERM", "EXDEV"]);

async function moveNew(from: string, to: string, node: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const taken = await stat(to).catch(() => undefined);
  if (taken !== undefined) {
    throw new PipelineError("two partitions wrote the same file of a folder output", {
      where: `${node}, ${to}`,
      hint: "name the files after the partition, or write the folder in a stage without partitions",
    });
  }
  await rename(from, to);
}

function outputDigests(outputs: Outputs, partitions: readonly Partition[]): Manifest["outputs"] {
  const digests = Object.entries(outputs).map(([name, { kind }]) => {
    const parts = partitions.flatMap((partition) => partition.outputs[name]!);
    return [name, { kind, digest: digestParts(kind, parts) }] as const;
  });
  return Object.fromEntries(digests);
}

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const handle = await open(join(folder, MANIFEST_FILE), "wx");
  try {
    await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A folder and every folder below it, deepest first. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory());
  const paths = await Promise.all(below.map(({ name }) => foldersIn(join(folder, name))));
  return [...paths.flat(), folder];
}
