import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Part } from "./artifact.ts";
import { digestFile } from "./digest.ts";
import { PipelineError } from "./error.ts";
import { explained } from "./file-error.ts";
import { flushFile } from "./flush.ts";

/** Every file of a folder output as a part, in the order of their names, flushed to the disk and digested. */
export async function folderParts(folder: string, output: string): Promise<Part[]> {
  const parts: Part[] = [];
  for (const name of await fileNames(join(folder, output))) {
    const file = `${output}/${name}`;
    const path = join(folder, file);
    await explained("writing", path, () => flushFile(path));
    const digest = await digestFile(path);
    const { size, mtimeMs } = await stat(path);
    parts.push({ file, digest, rows: 0, bytes: size, mtimeMs });
  }
  return parts;
}

/** Paths of the files below a folder, relative to it, with forward slashes. */
async function fileNames(folder: string, below = ""): Promise<string[]> {
  const names: string[] = [];
  const entries = await explained("reading", folder, () =>
    readdir(join(folder, below), { withFileTypes: true }),
  );
  for (const entry of entries) {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) names.push(...(await fileNames(folder, name)));
    else if (entry.isFile()) names.push(name);
    else {
      throw new PipelineError("a folder output holds something that is not a plain file", {
        where: join(folder, name),
        expected: "files and folders",
        got: entry.isSymbolicLink() ? "a symbolic link" : "a special file",
      });
    }
  }
  return names.sort();
}
