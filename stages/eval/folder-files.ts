import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { PipelineError, type SourceFile } from "../../engine/index.ts";

/** A folder's files by name, without hidden ones and folders; their names begin with the prefix. */
export async function filesIn(path: string, prefix = ""): Promise<readonly SourceFile[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
    throw new PipelineError("a folder cannot be read", {
      where: path,
      expected: "a folder of files",
      got: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
  if (files.length === 0) {
    throw new PipelineError("a folder holds no file", {
      where: path,
      expected: "a task's files, such as train.tsv and dev.tsv",
      got: `${entries.length} entries, none of them a file`,
    });
  }
  return files
    .map(({ name }) => ({ name: `${prefix}${name}`, path: resolve(path, name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
