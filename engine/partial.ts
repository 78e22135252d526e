import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact, Partition } from "./artifact.ts";
import type { Draft } from "./draft.ts";
import { FileStore } from "./file-store.ts";
import type { StaleNode } from "./plan.ts";

/** In a node's folder: what its unfinished partitions keep themselves. */
export const RESUMPTION = "resumption";

/**
 * Finished partitions of nodes that failed or were interrupted, kept in a store within the store until their node
 * is made, so that the next run goes on where this one stopped.
 */
export function partialFolder(store: FileStore): string {
  return join(store.root, ".partial");
}

/** Ends when all that was to be kept so far is: the store of partitions has one writer at a time. */
let keeping: Promise<unknown> = Promise.resolve();

/** Keeps the finished partitions of a draft that will not be committed, by their index in it. */
export function keepFinished(
  store: FileStore,
  plan: StaleNode,
  draft: Draft,
  finished: ReadonlyMap<number, Partition>,
): Promise<void> {
  const kept = keeping.then(() => keep(store, plan, draft, finished));
  keeping = kept.catch(() => {});
  return kept;
}

async function keep(
  store: FileStore,
  { node, work }: StaleNode,
  draft: Draft,
  finished: ReadonlyMap<number, Partition>,
): Promise<void> {
  const partial = await FileStore.open(partialFolder(store), { write: true });
  try {
    const kept = partial.draft(node.id, work.fingerprint);
    const partitions: Partition[] = [];
    for (const [index, partition] of [...finished].sort(([a], [b]) => a - b)) {
      const from = { folder: draft.folderFor(index), manifest: draft };
      partitions.push(await kept.adopt(partitions.length, partition, from));
    }
    const { name: stage, outputs } = node.stage;
    await kept.commit({ stage, fields: work.fields, outputs, partitions, seconds: 0 });
  } finally {
    await partial.close();
  }
}

/** What was kept of a node, newest first. */
export async function keptPartitions(store: FileStore, node: string): Promise<readonly Artifact[]> {
  const partial = await FileStore.open(partialFolder(store), { write: false });
  return partial.artifacts(node);
}

/** Forgets the partitions that were kept of a node that has been made. */
export async function forgetPartitions(store: FileStore, node: string): Promise<void> {
  const folder = join(partialFolder(store), node);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name !== RESUMPTION);
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
  await removeEmpty(folder);
}

/** Removes a folder that may hold something or not be there: then nothing happens. */
export async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => {});
}
