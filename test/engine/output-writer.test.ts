import { existsSync } from "node:fs";
import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Part } from "../../engine/artifact.ts";
import { makeBatch, viewBatch } from "../../engine/batch.ts";
import { digestFile } from "../../engine/digest.ts";
import { EXIT, PipelineError } from "../../engine/error.ts";
import { OutputWriter } from "../../engine/output-writer.ts";
import { readParquet } from "../../engine/parquet.ts";
import { readRows } from "../../engine/row-file.ts";
import { folder as folderOutput, rowTable, table } from "../../engine/table.ts";
import { readByDuckDB } from "./duckdb.ts";

const outputs = {
  sentences: table({ document: "utf8", index: "int32" }, { cutBy: "document" }),
  plain: table({ index: "int32" }),
  curve: rowTable({ step: "int32" }),
  checkpoint: folderOutput(),
};
const { sentences, plain } = outputs;

let root: string;
let folders = 0;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "outputs-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

async function create(partBytes = 1000) {
  const folder = join(root, String(folders++));
  return { folder, writer: await OutputWriter.create({ folder, outputs, partBytes }) };
}

interface Document {
  readonly key: string;
  readonly sentences: number;
}

function batchOf(documents: readonly Document[]) {
  const rows = documents.flatMap(({ key, sentences }) =>
    Array.from({ length: sentences }, (_, index) => ({ key, index })),
  );
  return makeBatch(sentences, {
    document: rows.map(({ key }) => key),
    index: rows.map(({ index }) => index),
  });
}

/** Writes documents, `each` a batch; the parts and the documents in each. */
async function writeDocuments(documents: readonly Document[], each: number, partBytes?: number) {
  const { folder, writer } = await create(partBytes);
  for (let start = 0; start < documents.length; start += each) {
    await writer.write({ sentences: batchOf(documents.slice(start, start + each)) });
  }
  const parts = (await writer.finish())["sentences"]!;
  const keys: string[][] = [];
  for (const { file } of parts) keys.push(await keysOf(join(folder, file)));
  return { folder, parts, keys };
}

async function keysOf(path: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of readParquet<typeof sentences.columns>(path)) {
    const view = viewBatch(sentences, batch);
    for (let row = 0; row < batch.numRows; row++) {
      const key = view.document.get(row);
      if (key !== keys.at(-1)) keys.push(key);
    }
  }
  return keys;
}

function manyDocuments(count: number): Document[] {
  return Array.from({ length: count }, (_, i) => ({ key: `doc-${i}`, sentences: 1 + (i % 7) }));
}

describe("a table with cutBy", () => {
  test("is cut into parts of about the target size, every key in one of them, in order", async () => {
    const documents = manyDocuments(400);
    const { parts, keys } = await writeDocuments(documents, 13, 2000);
    expect(keys.flat()).toEqual(documents.map(({ key }) => key));
    const bytes = documents.reduce(
      (sum, { key, sentences }) => sum + sentences * (8 + key.length),
      0,
    );
    const expected = bytes / 2000;
    expect(parts.length).toBeGreaterThan(expected / 2);
    expect(parts.length).toBeLessThan(expected * 2);
    expect(parts.map(({ file }) => file).slice(0, 2)).toEqual([
      "sentences/part-00000.parquet",
      "sentences/part-00001.parquet",
    ]);
  });

  test("is cut at the same rows however its rows are batched", async () => {
    const documents = manyDocuments(150);
    const digests = ({ parts }: { parts: readonly Part[] }) => parts.map(({ digest }) => digest);
    const whole = await writeDocuments(documents, 150);
    for (const each of [1, 4, 29]) {
      expect(digests(await writeDocuments(documents, each))).toEqual(digests(whole));
    }
  });

  test("keeps a key in one part though it comes in several batches and exceeds the cap", async () => {
    const { folder, writer } = await create(100);
    for (let batch = 0; batch < 20; batch++) {
      await writer.write({ sentences: batchOf([{ key: "long", sentences: 50 }]) });
    }
    await writer.write({ sentences: batchOf([{ key: "next", sentences: 1 }]) });
    const parts = (await writer.finish())["sentences"]!;
    expect(parts.map(({ rows }) => rows)).toEqual([1000, 1]);
    expect(await keysOf(join(folder, parts[0]!.file))).toEqual(["long"]);
  });

  test("a document that is added, removed or changed touches only the parts beside it", async () => {
    const edit = fc.record({
      at: fc.nat(119),
      to: fc.option(fc.integer({ min: 1, max: 12 })),
      key: fc.constantFrom("x", "new", "한"),
    });
    await fc.assert(
      fc.asyncProperty(edit, fc.boolean(), async ({ at, to, key }, insert) => {
        const before = manyDocuments(120);
        const after = [...before];
        if (to === null) after.splice(at, 1);
        else if (insert) after.splice(at, 0, { key, sentences: to });
        else after[at] = { ...after[at]!, sentences: to };
        const was = await writeDocuments(before, 40);
        const is = await writeDocuments(after, 40);
        const old = new Set(was.parts.map(({ digest }) => digest));
        const made = is.parts.filter(({ digest }) => !old.has(digest));
        // The part that holds the change, and one more where a border appears or vanishes there.
        expect(made.length).toBeLessThanOrEqual(2);
        expect(was.parts.length).toBeGreaterThan(6);
      }),
      { numRuns: 12 },
    );
  });
});

describe("every output", () => {
  test("has a part with its columns even where nothing was yielded", async () => {
    const { folder, writer } = await create();
    const parts = await writer.finish();
    expect(parts).toMatchObject({
      sentences: [{ file: "sentences/part-00000.parquet", rows: 0 }],
      plain: [{ file: "plain/part-00000.parquet", rows: 0 }],
      curve: [{ file: "curve/part-00000.parquet", rows: 0 }],
      checkpoint: [],
    });
    const read = await readByDuckDB(join(folder, "sentences/*.parquet"));
    expect(read).toEqual({ types: { document: "VARCHAR", index: "INTEGER" }, rows: [] });
    const curve = await readByDuckDB(join(folder, "curve/*.parquet"));
    expect(curve).toEqual({ types: { step: "INTEGER" }, rows: [] });
  });

  test("is described by the digest, size and rows of its files", async () => {
    const { folder, writer } = await create();
    await writer.write({ plain: makeBatch(plain, { index: [1, 2, 3] }), curve: { step: 1 } });
    await writer.write({ curve: [{ step: 2 }, { step: 3 }], sentences: undefined });
    await mkdir(join(writer.folder("checkpoint"), "deep"));
    await writeFile(join(writer.folder("checkpoint"), "deep", "b.bin"), "b");
    await writeFile(join(writer.folder("checkpoint"), "a.txt"), "a");
    const parts = await writer.finish();
    expect(
      Object.fromEntries(Object.entries(parts).map(([k, v]) => [k, v.map((p) => p.rows)])),
    ).toEqual({ sentences: [0], plain: [3], curve: [3], checkpoint: [0, 0] });
    expect(parts["checkpoint"]!.map(({ file }) => file)).toEqual([
      "checkpoint/a.txt",
      "checkpoint/deep/b.bin",
    ]);
    for (const part of Object.values(parts).flat()) {
      expect(part.digest).toBe(await digestFile(join(folder, part.file)));
      expect(part.bytes).toBe((await readFile(join(folder, part.file))).length);
    }
    expect(await readRows(join(folder, "curve/part-00000.parquet"), outputs.curve.columns)).toEqual(
      [{ step: 1 }, { step: 2 }, { step: 3 }],
    );
  });
});

describe("a failure removes the folder and says", () => {
  test.each<[string, Record<string, unknown>, object]>([
    ["which output is not declared", { other: 1 }, { where: "other" }],
    ["which output is no batch", { plain: [1] }, { where: "output plain", got: "an array" }],
    [
      "which column is missing",
      { sentences: makeBatch(plain, { index: [1] }) },
      { where: "output sentences", expected: "document, index", got: "index" },
    ],
    ["which row is wrong", { curve: { step: "1" } }, { where: "output curve, row 0, column step" }],
    ["that a folder is not yielded", { checkpoint: {} }, { where: "output checkpoint" }],
  ])("%s", async (_, yielded, details) => {
    const { folder, writer } = await create();
    const writing = writer.write(yielded);
    await expect(writing).rejects.toBeInstanceOf(PipelineError);
    await expect(writing).rejects.toMatchObject({ details });
    expect(existsSync(folder)).toBe(false);
  });

  test("that a folder output holds a link", async () => {
    const { folder, writer } = await create();
    await symlink("/etc/hostname", join(writer.folder("checkpoint"), "link"));
    await expect(writer.finish()).rejects.toMatchObject({ details: { got: "a symbolic link" } });
    expect(existsSync(folder)).toBe(false);
  });

  test("that a table is no folder", async () => {
    const { writer } = await create();
    expect(() => writer.folder("plain")).toThrow(PipelineError);
    await writer.abort();
  });

  test("where the folder cannot be made", async () => {
    await writeFile(join(root, "file"), "");
    const options = { folder: join(root, "file", "below"), outputs, partBytes: 1 };
    await expect(OutputWriter.create(options)).rejects.toMatchObject({
      exitCode: EXIT.failed,
      details: { got: "ENOTDIR" },
    });
  });

  test.runIf(existsSync("/dev/full"))(
    "that the disk is full, whichever write meets it",
    async () => {
      const full = await writeFile("/dev/full", "x").catch((error: unknown) => error);
      const handle = await open(join(root, "probe"), "w");
      const prototype = Object.getPrototypeOf(handle) as typeof handle;
      await handle.close();
      const value = makeBatch(plain, { index: new Int32Array(1_500_000).map((_, i) => i * 7919) });
      for (const failing of [1, 2, 3]) {
        const { folder, writer } = await create();
        const original = prototype.writeFile;
        let writes = 0;
        vi.spyOn(prototype, "writeFile").mockImplementation(function (
          this: typeof handle,
          ...args
        ) {
          return ++writes >= failing ? Promise.reject(full) : original.apply(this, args);
        });
        const writing = (async () => {
          await writer.write({ curve: { step: 1 } });
          await writer.write({ plain: value });
          await writer.finish();
        })();
        await expect(writing).rejects.toMatchObject({
          exitCode: EXIT.failed,
          message: expect.stringContaining("the disk is full"),
          details: { got: "ENOSPC" },
        });
        expect(existsSync(folder)).toBe(false);
        vi.restoreAllMocks();
      }
    },
  );
});
