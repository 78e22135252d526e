import { resolve } from "node:path";
import { z } from "zod";
import { defineStage, PipelineError } from "../../engine/index.ts";
import { data } from "./tables.ts";

/**
 * Takes a copy of the files in an outside folder, such as a GLUE task's, so that what reads it is rebuilt when
 * they change and only then. Files whose names begin with a dot, and folders, are left out.
 */
export const localFolder = defineStage({
  name: "local-folder",
  module: import.meta.url,
  inputs: {},
  outputs: { data },
  params: z.object({
    /** The folder, relative to where the pipeline is run. */
    path: z.string().min(1),
  }),
  async files({ path }) {
    const { readdir } = await import("node:fs/promises");
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
      .map(({ name }) => ({ name, path: resolve(path, name) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  },
  // biome-ignore lint/correctness/useYield: a folder is written, not yielded.
  async *run(_inputs, { files, folder, progress }) {
    const { chmod, copyFile } = await import("node:fs/promises");
    const { join } = await import("node:path");
    for (const [index, { name, path }] of files.entries()) {
      const copy = join(folder("data"), name);
      await copyFile(path, copy);
      // A copy has its source's mode, which may forbid the store to flush it.
      await chmod(copy, 0o644);
      progress(index + 1, files.length, "files");
    }
  },
});
