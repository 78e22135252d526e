import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { CodeHashes } from "../../engine/code-hash.ts";
import { tempFolder } from "../rig/temp-folder.ts";

const ENGINE = join(import.meta.dirname, "../../engine/index.ts");

/** A stage of three files and a package, as a person might write it. */
const FILES = {
  "index.ts": `import { defineStage } from ${JSON.stringify(ENGINE)};
    import { columns } from "../other/tables.ts";
    import type { Unused } from "./types.ts";
    export const stage = async () => (await import("./run.ts")).run(columns);`,
  "run.ts": `import { join } from "node:path";
    import { shout } from "pkg/loud";
    export const run = (names: string[]) => shout(join(...names));`,
  "types.ts": "export interface Unused { readonly a: number }",
  "../other/tables.ts": `export const columns = ["a", "b"];`,
  "../other/run.ts": "export const other = 1;",
  "../node_modules/pkg/package.json": `{ "name": "pkg", "version": "1.0.0" }`,
};

/** The hash of the stage in a fresh process, after `edits` to its files. */
async function stage() {
  const folder = join(await tempFolder(), "stage");
  // Times before the hashing, as a checkout has them.
  const write = async (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name);
      await mkdir(join(path, ".."), { recursive: true });
      await writeFile(path, text);
      await utimes(path, new Date("2026-01-01"), new Date("2026-01-01"));
    }
  };
  await write(FILES);
  const cache = join(folder, "../cache/code.json");
  const hash = async (edits: Readonly<Record<string, string>> = {}): Promise<string> => {
    await write(edits);
    const hashes = new CodeHashes(cache);
    const found = await hashes.of(pathToFileURL(join(folder, "index.ts")).href);
    await hashes.save();
    return found;
  };
  return { hash, cache };
}

test("comments, layout, types and other stages' code do not change the hash", async () => {
  const { hash } = await stage();
  const before = await hash();
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  const run = `// A comment, and \n\n ${FILES["run.ts"].replace("string[]", "readonly string[]")}`;
  expect(await hash({ "run.ts": run })).toBe(before);
  expect(await hash({ "types.ts": "export interface Unused { readonly b: number }" })).toBe(before);
  expect(await hash({ "../other/run.ts": "export const other = 2;" })).toBe(before);
});

test("helpers, however they are imported, and packages' versions do", async () => {
  const { hash } = await stage();
  const hashes = [
    await hash(),
    await hash({ "run.ts": FILES["run.ts"].replace("shout(", "shout(1 + ") }),
    await hash({ "../other/tables.ts": `export const columns = ["a", "c"];` }),
    await hash({ "../node_modules/pkg/package.json": `{ "name": "pkg", "version": "1.0.1" }` }),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});

test("an unchanged module is not bundled again, by what the cache says", async () => {
  const { hash, cache } = await stage();
  const before = await hash();
  // Files that were written a moment ago are not trusted to be unchanged.
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(await hash()).toBe(before);
  const kept = JSON.parse(await readFile(cache, "utf8")) as Record<string, { hash: string }>;
  const [module] = Object.keys(kept);
  await writeFile(cache, JSON.stringify({ [module!]: { ...kept[module!], hash: "remembered" } }));
  expect(await hash()).toBe("remembered");
  expect(await hash({ "run.ts": `${FILES["run.ts"]};export const more = 1;` })).not.toBe(
    "remembered",
  );
});

test("code that cannot be read says where", async () => {
  const { hash } = await stage();
  await expect(hash({ "run.ts": "export const = 1" })).rejects.toMatchObject({
    details: { where: expect.stringContaining("index.ts"), got: expect.stringContaining("run.ts") },
  });
});
