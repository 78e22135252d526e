import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { FileStore } from "../../engine/file-store.ts";
import { storeContract } from "./store-contract.ts";
import { commitWords, FIRST, SECOND } from "./words.ts";

vi.mock("node:fs/promises", async (original) => ({
  ...(await original<typeof import("node:fs/promises")>()),
  link: async () => {
    throw Object.assign(new Error("ENOTSUP"), { code: "ENOTSUP", syscall: "link" });
  },
}));

storeContract("FileStore on a file system without hard links");

test("adopted parts are copies", async () => {
  const root = await mkdtemp(join(tmpdir(), "store-"));
  const store = await FileStore.open(root, { write: true });
  const first = await commitWords(store, FIRST, ["one"]);
  const draft = store.draft("count", SECOND);
  await draft.adopt(0, first.manifest.partitions[0]!, first);
  const file = "words/part-00000.parquet";
  const [from, to] = [
    await stat(join(first.folder, file)),
    await stat(join(draft.folderFor(0), file)),
  ];
  expect(to.ino).not.toBe(from.ino);
  expect(to.size).toBe(from.size);
  await store.close();
  await rm(root, { recursive: true });
});
