import { expect, test } from "vitest";
import {
  definePipeline,
  inputSource,
  openInputs,
  type RunOptions,
  viewBatch,
} from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import { deduplicate } from "../../stages/deduplicate/index.ts";
import { documents as documentsTable } from "../../stages/ingest/tables.ts";
import { digests, type Ran, Rig } from "../rig/rig.ts";
import { type Document, readDocuments } from "./rig.ts";

type Files = Readonly<Record<string, readonly Document[]>>;

/** Six files of 40 documents of 600 words, which share nothing. */
function corpus(): Record<string, Document[]> {
  const random = new RandomStream(1, "corpus");
  const words = (count: number) =>
    Array.from({ length: count }, () => random.uint32().toString(36)).join(" ");
  return Object.fromEntries(
    ["a", "b", "c", "d", "e", "f"].map((file) => [
      `${file}.jsonl`,
      Array.from({ length: 40 }, (_, index) => ({ key: `${file}#${index}`, text: words(600) })),
    ]),
  );
}

/** The corpus with three documents that stand twice, one of them edited, in different files. */
function withDuplicates(): Record<string, Document[]> {
  const files = corpus();
  files["b.jsonl"]!.push({ key: "b#copy", text: files["a.jsonl"]![3]!.text.toUpperCase() });
  files["e.jsonl"]!.push({ key: "e#copy", text: files["e.jsonl"]![7]!.text });
  files["f.jsonl"]!.push({
    key: "f#copy",
    text: `${files["c.jsonl"]![9]!.text} and something more`,
  });
  return files;
}

async function pipelineOf(rig: Rig, files: Files, reversed = false) {
  const sources = [];
  for (const [name, documents] of Object.entries(files)) {
    const lines = documents.map((document) => JSON.stringify(document));
    if (reversed) lines.reverse();
    // Another name puts the file at another place among the others.
    sources.push({ name, path: await rig.file(`${reversed ? "z" : ""}${name}`, lines.join("\n")) });
  }
  if (reversed) sources.reverse();
  const read = readDocuments({}, { files: sources });
  const { documents, duplicates } = deduplicate(read);
  return definePipeline({ name: "deduplicated", seed: 1, outputs: { documents, duplicates } });
}

/** Key, kept key and kind of what was left out, and the keys that were not, of a run. */
async function outcome(ran: Ran) {
  const artifact = (node: string) => ran.artifacts.get(node)!;
  const { spec } = (await import("../../stages/deduplicate/index.ts")).findDuplicates;
  const table = spec.outputs.duplicates;
  const inputs = await openInputs<{ dropped: typeof table; left: typeof documentsTable }>({
    dropped: inputSource(artifact("duplicates"), "duplicates", table),
    left: inputSource(artifact("unique"), "documents", documentsTable),
  });
  const dropped: string[][] = [];
  for await (const batch of inputs.dropped.batches()) {
    const view = viewBatch(table, batch);
    for (let row = 0; row < batch.numRows; row++)
      dropped.push([view.document_key.get(row), view.kept_key.get(row), view.kind.get(row)]);
  }
  const left: string[] = [];
  for await (const batch of inputs.left.batches(["document_key"])) {
    const { document_key } = viewBatch(documentsTable, batch);
    for (let row = 0; row < batch.numRows; row++) left.push(document_key.get(row));
  }
  return { dropped, left };
}

/** How many partitions of each node were run rather than reused. */
function rebuilt(ran: Ran): Record<string, number> {
  const started = ran.events.filter((event) => event.type === "node-started");
  return Object.fromEntries(
    started.map(({ node, partitions, reused }) => [node, partitions - reused]),
  );
}

test("leaves out what stands twice, the same with one job and two, in any order of files", async () => {
  const files = withDuplicates();
  const threads: Partial<RunOptions> = { inline: false };
  const one = await Rig.create();
  const first = await one.run(await pipelineOf(one, files), { ...threads, jobs: 1 });
  expect(first.failures).toEqual([]);
  const { dropped, left } = await outcome(first);
  const pairs = dropped.map(([key, kept, kind]) => `${[key, kept].sort().join(" ")} ${kind}`);
  expect(pairs.sort()).toEqual(["a#3 b#copy exact", "c#9 f#copy near", "e#7 e#copy exact"]);
  const all = Object.values(files).flatMap((own) => own.map(({ key }) => key));
  const gone = new Set(dropped.map(([key]) => key));
  expect(left).toEqual(all.filter((key) => !gone.has(key)));
  expect(first.artifacts.get("unique")!.manifest.partitions.length).toBeGreaterThan(2);

  const two = await Rig.create();
  const second = await two.run(await pipelineOf(two, files), { ...threads, jobs: 2 });
  expect(digests(second.artifacts)).toEqual(digests(first.artifacts));

  const other = await Rig.create();
  const third = await other.run(await pipelineOf(other, files, true));
  expect((await outcome(third)).dropped).toEqual(dropped);
  expect(digests(third.artifacts)["duplicates.duplicates"]).toBe(
    digests(first.artifacts)["duplicates.duplicates"],
  );
});

test("makes again only what an edit touches", async () => {
  const rig = await Rig.create();
  const files = withDuplicates();
  const first = await rig.run(await pipelineOf(rig, files));
  const partitions = first.artifacts.get("signatures")!.manifest.partitions.length;
  expect(partitions).toBeGreaterThan(2);
  expect((await rig.run(await pipelineOf(rig, files))).ran).toEqual([]);

  // A document that is like no other is edited: one partition of each map stage, and the list keeps its bytes.
  const edited = structuredClone(files);
  edited["d.jsonl"]![5] = { key: "d#5", text: `another ${edited["d.jsonl"]![5]!.text}` };
  const second = await rig.run(await pipelineOf(rig, edited));
  expect(rebuilt(second)).toEqual({ "read-documents": 1, signatures: 1, duplicates: 1, unique: 1 });
  expect(digests(second.artifacts)["duplicates.duplicates"]).toBe(
    digests(first.artifacts)["duplicates.duplicates"],
  );

  // One is removed: the same.
  const removed = structuredClone(edited);
  removed["d.jsonl"]!.splice(20, 1);
  const third = await rig.run(await pipelineOf(rig, removed));
  expect(rebuilt(third)["unique"]).toBe(1);
  expect(digests(third.artifacts)["duplicates.duplicates"]).toBe(
    digests(first.artifacts)["duplicates.duplicates"],
  );

  // A copy goes: all partitions are looked through again, and only that of the kept document changes.
  const single = structuredClone(removed);
  single["e.jsonl"]!.pop();
  const fourth = await rig.run(await pipelineOf(rig, single));
  expect((await outcome(fourth)).dropped).toHaveLength(2);
  const parts = (ran: Ran) =>
    new Set(
      ran.artifacts
        .get("unique")!
        .manifest.partitions.flatMap(({ outputs }) => outputs["documents"]!)
        .map(({ digest }) => digest),
    );
  const changed = [...parts(fourth)].filter((digest) => !parts(third).has(digest));
  expect(changed.length).toBeLessThanOrEqual(1);
});

test("keeps one where all are the same", async () => {
  const rig = await Rig.create();
  const same = Array.from({ length: 500 }, (_, index) => ({
    key: `${index}`,
    text: "One. Two.\nThree.",
  }));
  const all = await outcome(await rig.run(await pipelineOf(rig, { "a.jsonl": same })));
  expect(all.left).toHaveLength(1);
  expect(all.dropped).toHaveLength(499);
  expect(new Set(all.dropped.map(([, kept]) => kept))).toEqual(new Set(all.left));
});

test("gives each node its own parameters and names", () => {
  const read = readDocuments({}, { files: [] });
  const { documents, duplicates } = deduplicate(
    read,
    { shingle: 3, hashes: 256, threshold: 0.9 },
    { as: "once" },
  );
  expect([documents.node.id, duplicates.node.id]).toEqual(["once", "once-duplicates"]);
  expect(duplicates.node.params).toEqual({ near: true, threshold: 0.9 });
  const signatures = duplicates.node.inputs["signatures"]!;
  expect(signatures.node.id).toBe("once-signatures");
  expect(signatures.node.params).toEqual({ shingle: 3, hashes: 256 });
  expect(() => deduplicate(read, { treshold: 0.9 } as object)).toThrow(/treshold/);
  expect(() => deduplicate(read, { hashes: 100 as 128 })).toThrow();
});
