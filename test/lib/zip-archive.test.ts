import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { zipArchive } from "../../lib/zip-archive.ts";
import { expansionLimitsSchema, openMembers } from "../../stages/ingest/open/index.ts";
import { tempFolder } from "../rig/temp-folder.ts";

const text = (content: string) => new TextEncoder().encode(content);

test("what is written is read again, in order, by yauzl, which checks sizes and CRC-32", async () => {
  const entries = [
    { name: "AX.tsv", bytes: text("index\tprediction\n".repeat(5000)) },
    { name: "empty.txt", bytes: text("") },
    { name: "폴더/한글.txt", bytes: text("가나다") },
  ];
  const folder = await tempFolder();
  await mkdir(folder, { recursive: true });
  const path = join(folder, "a.zip");
  const archive = zipArchive(entries);
  await writeFile(path, archive);
  expect(archive.length).toBeLessThan(1500);
  const read: { name: string; bytes: Uint8Array }[] = [];
  const limits = expansionLimitsSchema.parse({});
  for await (const { name, bytes } of openMembers({ path, name: "a.zip" }, { limits })) {
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes) pieces.push(piece);
    read.push({ name, bytes: new Uint8Array(Buffer.concat(pieces)) });
  }
  expect(read).toEqual(entries.map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) })));
});

test("equal content gives equal bytes", () => {
  const entries = [{ name: "a", bytes: text("b") }];
  expect(zipArchive(entries)).toEqual(zipArchive(entries));
});
