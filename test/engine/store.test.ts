import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EXIT } from "../../engine/error.ts";
import { FileStore } from "../../engine/file-store.ts";
import { readByDuckDB } from "./duckdb.ts";
import { storeContract } from "./store-contract.ts";
import { commitWords, FIRST, fields, SECOND, wordOutputs } from "./words.ts";

storeContract("FileStore");

const COMMIT_FOREVER = fileURLToPath(new URL("./commit-forever.ts", import.meta.url));

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "store-"));
});
afterEach(() => rm(root, { recursive: true }));

test("adopted parts are hard links", async () => {
  const store = await FileStore.open(root, { write: true });
  const first = await commitWords(store, FIRST, ["one"]);
  const draft = store.draft("count", SECOND);
  const partitions = [await draft.adopt(0, first.manifest.partitions[0]!, first)];
  const work = { stage: "count", fields, seconds: 1, outputs: wordOutputs, partitions };
  const second = await draft.commit(work);
  const inode = async (folder: string) =>
    (await stat(join(folder, "words/part-00000.parquet"))).ino;
  expect(await inode(second.folder)).toBe(await inode(first.folder));
  // Either may go without harm to the other.
  await rm(first.folder, { recursive: true });
  expect(await store.check(second, { deep: true })).toEqual([]);
  await store.close();
});

test("an artifact is read by a glob through latest", async () => {
  const store = await FileStore.open(root, { write: true });
  await commitWords(store, FIRST, ["one", "two", "three"]);
  await store.close();
  const { rows } = await readByDuckDB(
    join(root, "count/latest/words/*.parquet"),
    "select word from file order by count",
  );
  expect(rows).toEqual([{ word: "one" }, { word: "two" }, { word: "three" }]);
});

test("artifacts are whole whenever their writer is killed", async () => {
  for (const [round, delay] of [5, 90, 300].entries()) {
    const args = ["--import", "tsx", COMMIT_FOREVER, root, String(round * 1000)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const gone = new Promise((resolve) => child.once("exit", resolve));
    let said = "";
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (data) => {
        said += data;
        resolve();
      });
    });
    await new Promise((resolve) => setTimeout(resolve, delay));
    child.kill("SIGKILL");
    await gone;
    const notes: string[] = [];
    const store = await FileStore.open(root, { write: true, note: (note) => notes.push(note) });
    const artifacts = await store.artifacts("count");
    const fingerprints = artifacts.map(({ manifest }) => manifest.fingerprint);
    for (const committed of said.trim().split("\n")) expect(fingerprints).toContain(committed);
    for (const artifact of artifacts) {
      expect(await store.check(artifact, { deep: true })).toEqual([]);
    }
    expect(await store.latest("count")).toBeDefined();
    expect(notes).toEqual([]);
    await store.close();
  }
});

describe("a store that cannot be used says why", () => {
  test("a file stands where the folder should be", async () => {
    const file = join(root, "file");
    await writeFile(file, "kept");
    for (const write of [true, false]) {
      await expect(FileStore.open(file, { write })).rejects.toMatchObject({
        exitCode: EXIT.failed,
        details: { where: file, got: "a file" },
      });
      await expect(FileStore.open(join(file, "below"), { write })).rejects.toMatchObject({
        exitCode: EXIT.failed,
        details: { got: "ENOTDIR" },
      });
    }
    expect(await readFile(file, "utf8")).toBe("kept");
  });

  // Root may write anywhere.
  test.skipIf(process.getuid?.() === 0)("the folder is not writable", async () => {
    const folder = join(root, "locked");
    await mkdir(folder, { mode: 0o500 });
    await expect(FileStore.open(folder, { write: true })).rejects.toMatchObject({
      exitCode: EXIT.failed,
      details: { got: "EACCES" },
    });
    await (await FileStore.open(folder, { write: false })).close();
  });
});
