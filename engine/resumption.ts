import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Artifact } from "./artifact.ts";
import { explained } from "./file-error.ts";
import type { FileStore } from "./file-store.ts";
import { differences } from "./fingerprint.ts";
import { partialFolder, RESUMPTION, removeEmpty } from "./partial.ts";
import type { StaleNode } from "./plan.ts";
import type { Resumption } from "./stage.ts";
import { checkPart } from "./verify.ts";

/** So much unfinished work of other fingerprints is kept of a node, for who goes back to older parameters. */
const KEPT = 2;
/** An artifact to go on from is looked for among this many of a node's newest. */
const SEARCHED = 4;

function nodeFolder(store: FileStore, node: string): string {
  return join(partialFolder(store), node, RESUMPTION);
}

/**
 * Where a partition of a resumable stage goes on, or undefined for other stages. With `afresh` what was kept of this
 * work is removed first, and no artifact is gone on from. `note` is told of artifacts that could not be used.
 */
export async function resumptionOf(
  store: FileStore,
  { node, work }: StaleNode,
  partition: string,
  { afresh, note }: { readonly afresh: boolean; readonly note: (message: string) => void },
): Promise<Resumption | undefined> {
  const { resumable, files, partitionBy } = node.stage;
  if (resumable === undefined) return undefined;
  const own = join(nodeFolder(store, node.id), work.fingerprint);
  const folder = join(own, partition);
  if (afresh) await rm(folder, { recursive: true, force: true });
  await explained("writing", folder, () => mkdir(folder, { recursive: true }));
  await sweep(nodeFolder(store, node.id), work.fingerprint);
  const whole = files === undefined && partitionBy === undefined;
  const continues = afresh || !whole ? undefined : resumable.continues;
  if (continues === undefined) return { folder, earlier: undefined };
  for (const artifact of await store.artifacts(node.id, SEARCHED)) {
    const { fields } = artifact.manifest;
    const onlyParams = differences(fields, work.fields).every(({ field }) => field === "params");
    if (!onlyParams || !continues(fields.params, node.params)) continue;
    const problem = await problemOf(artifact);
    if (problem === undefined) return { folder, earlier: foldersOf(artifact) };
    note(`${problem} is damaged: an earlier artifact is not gone on from`);
  }
  return { folder, earlier: undefined };
}

/** Forgets the unfinished work of a node that has been made. */
export async function forgetResumption(store: FileStore, { node, work }: StaleNode): Promise<void> {
  const folder = nodeFolder(store, node.id);
  await rm(join(folder, work.fingerprint), { recursive: true, force: true });
  for (const emptied of [folder, dirname(folder)]) await removeEmpty(emptied);
}

/** Removes the oldest of what other fingerprints left. */
async function sweep(folder: string, own: string): Promise<void> {
  const others = (await readdir(folder)).filter((name) => name !== own);
  const found = await Promise.all(
    others.map(async (name) => {
      const path = join(folder, name);
      return { path, time: (await stat(path)).mtimeMs };
    }),
  );
  const old = found.sort((a, b) => b.time - a.time).slice(KEPT);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}

function folderParts({ manifest }: Artifact) {
  return Object.entries(manifest.outputs)
    .filter(([, { kind }]) => kind === "folder")
    .map(([output]) => ({
      output,
      parts: manifest.partitions.flatMap(({ outputs }) => outputs[output] ?? []),
    }));
}

/** The first file of an artifact's folders that is not as it was written. */
async function problemOf(artifact: Artifact): Promise<string | undefined> {
  for (const { parts } of folderParts(artifact)) {
    for (const part of parts) {
      const path = join(artifact.folder, part.file);
      if (await checkPart(part, path, { deep: true })) return path;
    }
  }
  return undefined;
}

function foldersOf(artifact: Artifact): Record<string, string> {
  const outputs = folderParts(artifact).map(({ output }) => output);
  return Object.fromEntries(outputs.map((output) => [output, join(artifact.folder, output)]));
}
