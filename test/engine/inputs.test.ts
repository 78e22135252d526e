import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Artifact } from "../../engine/artifact.ts";
import { viewBatch } from "../../engine/batch.ts";
import { EXIT } from "../../engine/error.ts";
import { FileStore } from "../../engine/file-store.ts";
import { inputSource, openInputs } from "../../engine/inputs.ts";
import { commitWords, FIRST, wordOutputs } from "./words.ts";

let root: string;
let store: FileStore;
let artifact: Artifact;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "inputs-"));
  store = await FileStore.open(root, { write: true });
  artifact = await commitWords(store, FIRST, ["one", "two", "three"]);
});
afterEach(async () => {
  await store.close();
  await rm(root, { recursive: true });
});

/** Sources as they arrive in another thread. */
function sources() {
  return structuredClone({
    words: inputSource(artifact, "words", wordOutputs.words),
    curve: inputSource(artifact, "curve", wordOutputs.curve),
    checkpoint: inputSource(artifact, "checkpoint", wordOutputs.checkpoint),
  });
}

async function read() {
  const { words, curve, checkpoint } = await openInputs<typeof wordOutputs>(sources());
  const read: string[] = [];
  for await (const batch of words.batches()) {
    const { word, count } = viewBatch(words, batch);
    for (let row = 0; row < batch.numRows; row++) read.push(`${word.get(row)} ${count[row]}`);
  }
  return { words: read, curve: await curve.rows(), checkpoint: checkpoint.path };
}

describe("inputs", () => {
  test("read every partition's parts in order", async () => {
    expect(await read()).toEqual({
      words: ["one 0", "two 1", "three 2"],
      curve: [
        { step: 0, loss: null },
        { step: 1, loss: null },
        { step: 2, loss: null },
      ],
      checkpoint: join(artifact.folder, "checkpoint"),
    });
  });

  test("of one partition read its part only, and some columns", async () => {
    const { words } = sources();
    const part = { ...words, parts: words.parts.slice(1, 2) };
    const opened = await openInputs<Pick<typeof wordOutputs, "words">>({ words: part });
    expect(opened.words.rows).toBe(1);
    expect(opened.words.parts).toMatchObject([{ rows: 1, digest: words.parts[1]!.digest }]);
    for await (const batch of opened.words.batches(["word"])) {
      const view = viewBatch(opened.words, batch);
      expect(view.word.get(0)).toBe("two");
      expect(() => view.count).toThrow("was not read");
    }
  });

  test.each([
    ["words/part-00001.parquet", "a table"],
    ["curve/part-00002.parquet", "a row table"],
    ["checkpoint/two.txt", "a folder"],
  ])("refuse %s when it is damaged, and name what to rebuild", async (file) => {
    const path = join(artifact.folder, file);
    const bytes = await readFile(path);
    const flipped = Buffer.from(bytes);
    flipped[1]! ^= 4;
    for (const damage of [
      () => writeFile(path, flipped),
      () => appendFile(path, "x"),
      () => rm(path),
    ]) {
      await damage();
      await expect(read()).rejects.toMatchObject({
        exitCode: EXIT.corrupt,
        message: expect.stringContaining("count"),
        details: { where: path, corrupt: { node: "count", fingerprint: FIRST, file } },
      });
      await writeFile(path, bytes);
    }
  });

  test("can be read in a worker thread", async () => {
    const code = `
      const { workerData, parentPort } = require("node:worker_threads");
      import("tsx/esm/api").then(async ({ register }) => {
        register();
        const { openInputs } = await import(workerData.inputs);
        const { viewBatch } = await import(workerData.batch);
        const { words } = await openInputs(workerData.sources);
        const read = [];
        for await (const batch of words.batches()) read.push(viewBatch(words, batch).word.get(0));
        parentPort.postMessage(read);
      });`;
    const workerData = {
      sources: sources(),
      inputs: new URL("../../engine/inputs.ts", import.meta.url).href,
      batch: new URL("../../engine/batch.ts", import.meta.url).href,
    };
    const worker = new Worker(code, { eval: true, workerData });
    const read = await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    await worker.terminate();
    expect(read).toEqual(["one", "two", "three"]);
  });
});
