import { access, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { formatBytes } from "../../lib/format.ts";
import { cachePathOf, fetchUrl } from "../../stages/download/index.ts";
import type { DataSet, Published, PublishedTask } from "./data-sets.ts";
import { makeFiles } from "./make-files.ts";

export interface FetchDataSetOptions {
  /** Takes the place of the official address before each file's name. */
  readonly baseUrl?: string | undefined;
  log(message: string): void;
}

/**
 * Downloads what a folder lacks of a data set into the cache of downloads, checks it, and makes each task's files of
 * it. A file appears under its name only when it is whole; a task whose files are all there is left as it is.
 */
export async function fetchDataSet(
  { tasks }: DataSet,
  folder: string,
  options: FetchDataSetOptions,
): Promise<void> {
  for (const task of tasks) {
    const own = join(folder, task.name);
    if (await allThere(own, task.make.files)) {
      options.log(`${task.name}: already there`);
      continue;
    }
    const downloads: string[] = [];
    for (const published of task.downloads) downloads.push(await fetched(task, published, options));
    const partial = join(folder, `.${task.name}.partial`);
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await makeFiles(task, downloads, partial);
    await mkdir(own, { recursive: true });
    for (const file of task.make.files) await rename(join(partial, file), join(own, file));
    await rm(partial, { recursive: true });
    options.log(`${task.name}: ${task.make.files.length} files written`);
  }
}

async function allThere(folder: string, files: readonly string[]): Promise<boolean> {
  const found = await Promise.allSettled(files.map((file) => access(join(folder, file))));
  return found.every(({ status }) => status === "fulfilled");
}

const TENTHS = 10;

/** Where a published file lies in the cache, whole. */
async function fetched(
  { name }: PublishedTask,
  { url, sha256, bytes }: Published,
  { baseUrl, log }: FetchDataSetOptions,
): Promise<string> {
  const path = cachePathOf(sha256);
  const file = url.slice(url.lastIndexOf("/") + 1);
  let [read, told] = [0, 0];
  await fetchUrl({
    url: baseUrl === undefined ? url : `${baseUrl.replace(/\/+$/, "")}/${file}`,
    sha256,
    bytes,
    path,
    log: (_level, message) => log(`${name}: ${message}`),
    onRead: (piece) => {
      read += piece;
      const tenth = Math.floor((read / bytes) * TENTHS);
      if (tenth <= told) return;
      told = tenth;
      log(`${name}: ${file}: ${tenth * TENTHS} % of ${formatBytes(bytes)}`);
    },
  });
  return path;
}
