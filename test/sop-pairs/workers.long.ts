import { expect, test } from "vitest";
import { definePipeline, type Pipeline } from "../../engine/index.ts";
import { ingest, text } from "../../stages/ingest/index.ts";
import { sopPairs } from "../../stages/sop-pairs/index.ts";
import { tokenize, wordpieceVocab } from "../../stages/tokenize/index.ts";
import { corpus } from "../e2e/corpus.ts";
import { digests, Rig } from "../rig/rig.ts";

const NODES = ["pairs-32", "pairs-96"] as const;

/** Documents large enough for several partitions, and two phases of examples from one tokenised corpus. */
async function phases(rig: Rig): Promise<Pipeline> {
  for (const [name, content] of Object.entries(corpus(6, 300))) await rig.file(name, content);
  await rig.file("lone.txt", "one sentence that stands alone in its document and has some words\n");
  await rig.file("word.txt", "word\n");
  const source = text({ cwd: rig.folder, files: "*.txt" });
  const { documents } = ingest({}, { sources: [source], heldout: { share: 0.2 } });
  const { tokenizer } = wordpieceVocab({ documents }, { size: 300 });
  const { sentences } = tokenize({ documents, tokenizer });
  const [short, long] = NODES.map((as) => {
    const maxSeqLength = Number(as.slice("pairs-".length));
    // The corpus is of drawn words: sentences come again on the other side of the split.
    const limits = { auditLimits: { heldoutOverlap: 1 } };
    return sopPairs({ sentences, tokenizer }, { maxSeqLength, dupeFactor: 2, ...limits }, { as });
  });
  const outputs = { short: short!.examples, long: long!.examples };
  return definePipeline({ name: "phases", seed: 3, outputs });
}

test("two phases from one tokenised corpus have the same bytes with 1, 2 and 8 workers and after a stop", async () => {
  const rig = await Rig.create();
  const pipeline = await phases(rig);
  const first = await rig.run(pipeline, { jobs: 1 });
  expect(first.failures).toEqual([]);
  expect(first.ran.filter((node) => node === "tokenize")).toHaveLength(1);
  expect(first.artifacts.get("tokenize")!.manifest.partitions.length).toBeGreaterThan(1);
  const wanted = digests(first.artifacts);
  for (const jobs of [2, 8]) {
    const ran = await rig.run(pipeline, { jobs, inline: false, force: NODES });
    expect(ran.failures).toEqual([]);
    expect(digests(ran.artifacts)).toEqual(wanted);
  }

  const other = await Rig.create();
  const stopped = new AbortController();
  const again = await phases(other);
  const interrupted = await other.run(again, {
    jobs: 1,
    signal: stopped.signal,
    onEvent: (event) => {
      if (event.type === "partition-finished" && event.node === "pairs-96") stopped.abort();
    },
  });
  expect(interrupted.state).toBe("interrupted");
  const resumed = await other.run(again, { jobs: 2 });
  expect(resumed.state).toBe("done");
  const started = resumed.events.find(
    (event) => event.type === "node-started" && event.node === "pairs-96",
  );
  expect(started).toMatchObject({ reused: expect.any(Number) });
  expect((started as { reused: number }).reused).toBeGreaterThan(0);
  expect(digests(resumed.artifacts)).toEqual(wanted);
}, 240_000);
