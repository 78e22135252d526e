import { z } from "zod";
import { defineStage } from "../../engine/index.ts";
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
    /** Further folders whose files are put beside these, each name after a prefix. */
    beside: z
      .array(z.strictObject({ path: z.string().min(1), prefix: z.string().regex(/^[\w-]+$/) }))
      .default([]),
  }),
  async files({ path, beside }) {
    const { filesIn } = await import("./folder-files.ts");
    const files = [...(await filesIn(path))];
    for (const { path: other, prefix } of beside) files.push(...(await filesIn(other, prefix)));
    return files;
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
