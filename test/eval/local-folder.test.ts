import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { localFolder } from "../../stages/eval/index.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "local-folder-"));
});
afterEach(() => rm(root, { recursive: true }));

const filesOf = (path: string) => localFolder.spec.files!({ path, beside: [] });

describe("localFolder", () => {
  test("takes the files, by name, without hidden ones and folders", async () => {
    await writeFile(join(root, "train.tsv"), "train");
    await writeFile(join(root, "dev.tsv"), "dev");
    await writeFile(join(root, ".DS_Store"), "");
    await mkdir(join(root, "old"));
    expect(await filesOf(root)).toEqual([
      { name: "dev.tsv", path: join(root, "dev.tsv") },
      { name: "train.tsv", path: join(root, "train.tsv") },
    ]);
  });

  test("copies them whole, also those that may only be read", async () => {
    await writeFile(join(root, "train.tsv"), "a\tb\n");
    await chmod(join(root, "train.tsv"), 0o444);
    const copies = join(root, "copies");
    await mkdir(copies);
    const context = {
      files: await filesOf(root),
      folder: () => copies,
      progress: () => {},
    } as unknown as Parameters<typeof localFolder.spec.run>[1];
    for await (const _ of localFolder.spec.run({}, context)) expect.unreachable();
    expect(await readdir(copies)).toEqual(["train.tsv"]);
    expect(await readFile(join(copies, "train.tsv"), "utf8")).toBe("a\tb\n");
    expect((await stat(join(copies, "train.tsv"))).mode & 0o200).toBe(0o200);
  });

  test("a folder that is missing or empty is an error that names it", async () => {
    const failure = (path: string) => filesOf(path).catch((error) => error.details);
    expect(await failure(join(root, "none"))).toMatchObject({ where: join(root, "none") });
    expect(await failure(root)).toMatchObject({
      where: root,
      got: "0 entries, none of them a file",
    });
  });
});
