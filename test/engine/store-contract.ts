import { existsSync, readlinkSync } from "node:fs";
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EXIT, PipelineError } from "../../engine/error.ts";
import { FileStore } from "../../engine/file-store.ts";
import { commitWords, FIRST, fields, SECOND, wordOutputs, writePartition } from "./words.ts";

/** What every store must do, whatever its file system can. */
export function storeContract(name: string): void {
  describe(name, () => {
    let root: string;
    let store: FileStore;
    const notes: string[] = [];
    const open = (write = true) =>
      FileStore.open(root, { write, note: (text) => notes.push(text) });

    beforeEach(async () => {
      notes.length = 0;
      root = join(await mkdtemp(join(tmpdir(), "store-")), "artifacts");
      store = await open();
    });

    afterEach(async () => {
      await store.close();
      await rm(join(root, ".."), { recursive: true, force: true });
    });

    test("a committed artifact is found whole, by its fingerprint and as the latest", async () => {
      expect(await store.latest("count")).toBeUndefined();
      const artifact = await commitWords(store, FIRST, ["one", "two"]);
      expect(await store.find("count", FIRST)).toEqual(artifact);
      expect(await store.latest("count")).toEqual(artifact);
      expect(await store.check(artifact, { deep: true })).toEqual([]);
      expect(artifact.folder).toBe(join(root, "count", FIRST));
      const files = artifact.manifest.partitions.flatMap((p) => Object.values(p.outputs).flat());
      expect(files.map(({ file }) => file)).toEqual([
        "words/part-00000.parquet",
        "curve/part-00000.parquet",
        "checkpoint/one.txt",
        "words/part-00001.parquet",
        "curve/part-00001.parquet",
        "checkpoint/two.txt",
      ]);
      expect(readlinkSync(join(root, "count", "latest"))).toBe(FIRST);
    });

    test("nothing is visible of a draft that is not committed", async () => {
      const draft = store.draft("count", FIRST);
      await writePartition(draft, 0, "one");
      expect(await store.find("count", FIRST)).toBeUndefined();
      expect(await store.artifacts("count")).toEqual([]);
      await draft.discard();
      expect(await readdir(join(root, ".tmp"))).toEqual([]);
    });

    test("the output digests do not depend on how the parts are partitioned", async () => {
      const first = await commitWords(store, FIRST, ["one", "two"]);
      const again = await commitWords(store, SECOND, ["one", "two"]);
      const other = await commitWords(store, "c".repeat(64), ["one", "three"]);
      expect(again.manifest.outputs).toEqual(first.manifest.outputs);
      expect(other.manifest.outputs["words"]).not.toEqual(first.manifest.outputs["words"]);
      expect(other.manifest.outputs["checkpoint"]).not.toEqual(
        first.manifest.outputs["checkpoint"],
      );
    });

    test("artifacts has the newest first, and makeLatest points back to an older one", async () => {
      const first = await commitWords(store, FIRST, ["one"]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const second = await commitWords(store, SECOND, ["two"]);
      expect(await store.artifacts("count")).toEqual([second, first]);
      expect(await store.latest("count")).toEqual(second);
      await store.makeLatest(first);
      expect(await store.latest("count")).toEqual(first);
      expect(readlinkSync(join(root, "count", "latest"))).toBe(FIRST);
    });

    test("adopted partitions keep their bytes and are numbered anew", async () => {
      const first = await commitWords(store, FIRST, ["one", "two", "three"]);
      const draft = store.draft("count", SECOND);
      const [, two, three] = first.manifest.partitions;
      const partitions = [
        await draft.adopt(0, three!, first),
        await writePartition(draft, 1, "four"),
        await draft.adopt(2, two!, first),
      ];
      const second = await draft.commit({
        stage: "count",
        fields,
        seconds: 1,
        outputs: wordOutputs,
        partitions,
      });
      const parts = second.manifest.partitions.map((p) => p.outputs["words"]![0]!);
      expect(parts.map(({ file }) => file)).toEqual(
        [0, 1, 2].map((i) => `words/part-0000${i}.parquet`),
      );
      expect(parts[0]!.digest).toBe(three!.outputs["words"]![0]!.digest);
      expect(await store.check(second, { deep: true })).toEqual([]);
      expect(await store.check(second)).toEqual([]);
      expect(await store.check(first, { deep: true })).toEqual([]);
    });

    test("a damaged partition is not adopted", async () => {
      const first = await commitWords(store, FIRST, ["one"]);
      await appendFile(join(first.folder, "words/part-00000.parquet"), "x");
      const draft = store.draft("count", SECOND);
      const adopt = draft.adopt(0, first.manifest.partitions[0]!, first);
      await expect(adopt).rejects.toMatchObject({
        exitCode: EXIT.corrupt,
        details: {
          corrupt: { node: "count", fingerprint: FIRST, file: "words/part-00000.parquet" },
        },
      });
    });

    test("damage is found: shallowly by size or time, deeply by content", async () => {
      const artifact = await commitWords(store, FIRST, ["one", "two"]);
      const path = join(artifact.folder, "words/part-00000.parquet");
      const { mtime } = await stat(path);
      const bytes = await readFile(path);
      bytes[40]! ^= 1;
      await writeFile(path, bytes);
      expect(await store.check(artifact)).toMatchObject([
        { file: "words/part-00000.parquet", problem: "corrupt" },
      ]);
      await utimes(path, mtime, mtime);
      expect(await store.check(artifact, { deep: true })).toHaveLength(1);
      await rm(join(artifact.folder, "checkpoint/two.txt"));
      expect(await store.check(artifact, { deep: true })).toMatchObject([
        { file: "checkpoint/two.txt", problem: "missing" },
        { file: "words/part-00000.parquet", problem: "corrupt" },
      ]);
    });

    test("a file that was only touched is whole", async () => {
      const artifact = await commitWords(store, FIRST, ["one"]);
      await utimes(join(artifact.folder, "words/part-00000.parquet"), 1, 1);
      expect(await store.check(artifact)).toEqual([]);
    });

    test("an artifact of the same fingerprint is replaced whole", async () => {
      const broken = await commitWords(store, FIRST, ["one", "two"]);
      await writeFile(join(broken.folder, "words/part-00001.parquet"), "");
      const whole = await commitWords(store, FIRST, ["one", "two"]);
      expect(await store.check(whole, { deep: true })).toEqual([]);
      expect(await readdir(join(root, "count"))).toEqual([FIRST, "latest"]);
      expect(await readdir(join(root, ".tmp"))).toEqual([]);
    });

    test("two partitions that write one file of a folder output are refused", async () => {
      await expect(commitWords(store, FIRST, ["one", "one"])).rejects.toThrow("same file");
      expect(await store.find("count", FIRST)).toBeUndefined();
    });

    test.each([
      ["not JSON", "{"],
      ["of another shape", "{}"],
      ["empty", ""],
    ])("a manifest that is %s is passed over with a note", async (_, text) => {
      const kept = await commitWords(store, FIRST, ["one"]);
      const broken = await commitWords(store, SECOND, ["two"]);
      await writeFile(join(broken.folder, "manifest.json"), text);
      expect(await store.artifacts("count")).toEqual([kept]);
      expect(await store.latest("count")).toEqual(kept);
      expect(notes.join()).toContain(SECOND);
    });

    test("a manifest whose parts lead out of the artifact is passed over", async () => {
      const artifact = await commitWords(store, FIRST, ["one"]);
      const path = join(artifact.folder, "manifest.json");
      const text = await readFile(path, "utf8");
      for (const file of ["../x", "/etc/passwd", "words/../../x", "c:\\\\x", "a//b"]) {
        await writeFile(path, text.replace("words/part-00000.parquet", file));
        expect(await store.find("count", FIRST), file).toBeUndefined();
      }
    });

    test("a manifest that was moved to another fingerprint or node is passed over", async () => {
      const artifact = await commitWords(store, FIRST, ["one"]);
      const text = await readFile(join(artifact.folder, "manifest.json"));
      await mkdir(join(root, "other", FIRST), { recursive: true });
      await writeFile(join(root, "other", FIRST, "manifest.json"), text);
      expect(await store.find("other", FIRST)).toBeUndefined();
    });

    test("names that would escape the store are refused", async () => {
      for (const node of ["..", "a/b", "../x", "", ".tmp", "A"]) {
        await expect(store.latest(node), node).rejects.toBeInstanceOf(PipelineError);
        expect(() => store.draft(node, FIRST), node).toThrow(PipelineError);
      }
      expect(() => store.draft("count", "../x")).toThrow("fingerprint");
    });

    test("a writer that opens the store sweeps what a crash left, and only that", async () => {
      const artifact = await commitWords(store, FIRST, ["one"]);
      await writePartition(store.draft("count", SECOND), 0, "two");
      await store.close();
      await mkdir(join(root, ".tmp", "count-crashed", "partitions"), { recursive: true });
      store = await open();
      expect(await readdir(join(root, ".tmp"))).toEqual([]);
      expect(await store.check(artifact, { deep: true })).toEqual([]);
    });

    test("reading takes no lock, makes nothing and sees what is there", async () => {
      const artifact = await commitWords(store, FIRST, ["one"]);
      const reader = await open(false);
      expect(await reader.latest("count")).toEqual(artifact);
      expect(() => reader.draft("count", SECOND)).toThrow("reading only");
      await reader.close();
      const nothing = join(root, "..", "nothing");
      const empty = await FileStore.open(nothing, { write: false });
      expect(await empty.latest("count")).toBeUndefined();
      expect(await empty.artifacts("count")).toEqual([]);
      expect(existsSync(nothing)).toBe(false);
    });

    test("a second writer is refused with exit code 4 and the holder's pid, until the first closes", async () => {
      await expect(open()).rejects.toMatchObject({
        exitCode: EXIT.busy,
        details: { got: `held by process ${process.pid}` },
      });
      await store.close();
      store = await open();
    });
  });
}
