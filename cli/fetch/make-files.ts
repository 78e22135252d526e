import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { PipelineError } from "../../engine/index.ts";
import { expansionLimitsSchema, openMembers } from "../../stages/ingest/open/index.ts";
import type { PublishedTask } from "./data-sets.ts";
import { splitMrpc } from "./mrpc.ts";

/** Makes a task's files in a folder from its downloads, in the order in which these are listed. */
export async function makeFiles(
  task: PublishedTask,
  downloads: readonly string[],
  folder: string,
): Promise<void> {
  const { how, files } = task.make;
  if (how === "unzip") await unzip(task, downloads[0]!, folder);
  else if (how === "passages") await joinPassages(task, downloads[0]!, folder);
  else if (how === "mrpc") {
    const [train, test, devIds] = await Promise.all(
      downloads.map((path) => readFile(path, "utf8")),
    );
    const made = splitMrpc(train!, test!, devIds!);
    for (const [file, text] of Object.entries(made)) await writeFile(join(folder, file), text);
  } else {
    for (const [index, file] of files.entries())
      await copyFile(downloads[index]!, join(folder, file));
  }
}

const limits = expansionLimitsSchema.parse({});

/** Takes the files out of the folder at the archive's top; deeper ones of the same name are other versions. */
async function unzip(task: PublishedTask, path: string, folder: string): Promise<void> {
  const wanted = new Set(task.make.files);
  const fileOf = (name: string) => {
    const [, file, ...deeper] = name.split("/");
    return deeper.length === 0 && wanted.has(file ?? "") ? file : undefined;
  };
  const matches = (name: string) => fileOf(name) !== undefined;
  const archive = { path, name: `${task.name}.zip` };
  for await (const { name, bytes } of openMembers(archive, { limits, matches })) {
    const file = fileOf(name)!;
    await pipeline(bytes, createWriteStream(join(folder, file)));
    wanted.delete(file);
  }
  if (wanted.size > 0) throw lacking(task, wanted);
}

/** Joins RACE's passages (`RACE/train/middle/1.txt`, a JSON object each) to a file of JSON lines a split and level. */
async function joinPassages(task: PublishedTask, path: string, folder: string): Promise<void> {
  const files = new Map(
    task.make.files.map((file) => [file, createWriteStream(join(folder, file))] as const),
  );
  const counts = new Map<string, number>();
  const archive = { path, name: `${task.name}.tar.gz` };
  try {
    for await (const { name, bytes } of openMembers(archive, { limits })) {
      const [, split, level] = name.split("/");
      const file = `${split}-${level}.jsonl`;
      const stream = files.get(file);
      if (stream === undefined || !name.endsWith(".txt")) continue;
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) pieces.push(piece);
      const passage: unknown = JSON.parse(Buffer.concat(pieces).toString("utf8"));
      if (!stream.write(`${JSON.stringify(passage)}\n`)) await once(stream, "drain");
      counts.set(file, (counts.get(file) ?? 0) + 1);
    }
  } finally {
    for (const stream of files.values()) {
      stream.end();
      await once(stream, "close");
    }
  }
  const without = task.make.files.filter((file) => !counts.has(file));
  if (without.length > 0) throw lacking(task, without);
}

function lacking(task: PublishedTask, files: Iterable<string>): PipelineError {
  return new PipelineError(`the archive of ${task.name} lacks files`, {
    where: task.downloads[0]!.url,
    expected: task.make.files.join(", "),
    got: `none called ${[...files].join(", ")}`,
  });
}
