import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact, FingerprintFields, Partition } from "../../engine/artifact.ts";
import { makeBatch } from "../../engine/batch.ts";
import type { Draft } from "../../engine/draft.ts";
import type { FileStore } from "../../engine/file-store.ts";
import { OutputWriter } from "../../engine/output-writer.ts";
import { folder, rowTable, table } from "../../engine/table.ts";

/** An output of every kind. */
export const wordOutputs = {
  words: table({ word: "utf8", count: "int32" }),
  curve: rowTable({ step: "int32", loss: "float64?" }),
  checkpoint: folder(),
};

export const fields: FingerprintFields = {
  stage: "count",
  code: "c",
  params: {},
  seed: null,
  inputs: {},
  files: {},
  environment: {},
};

export const FIRST = "a".repeat(64);
export const SECOND = "b".repeat(64);

/** Writes the partition of one word. */
export async function writePartition(
  draft: Draft,
  index: number,
  word: string,
): Promise<Partition> {
  const writer = await OutputWriter.create({
    folder: draft.folderFor(index),
    outputs: wordOutputs,
    partBytes: 1024,
  });
  await writer.write({ words: makeBatch(wordOutputs.words, { word: [word], count: [index] }) });
  await writer.write({ curve: { step: index, loss: null } });
  await writeFile(join(writer.folder("checkpoint"), `${word}.txt`), word);
  return { key: word, fingerprint: `partition-${word}`, outputs: await writer.finish() };
}

/** Writes and commits an artifact with a partition a word. */
export async function commitWords(
  store: FileStore,
  fingerprint: string,
  words: readonly string[],
): Promise<Artifact> {
  const draft = store.draft("count", fingerprint);
  const partitions: Partition[] = [];
  for (const [index, word] of words.entries()) {
    partitions.push(await writePartition(draft, index, word));
  }
  return await draft.commit({
    stage: "count",
    fields,
    seconds: 1,
    outputs: wordOutputs,
    partitions,
  });
}
