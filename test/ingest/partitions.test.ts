import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { definePipeline, type Pipeline } from "../../engine/index.ts";
import { ingest, jsonl, text } from "../../stages/ingest/index.ts";
import type { sourceSchema } from "../../stages/ingest/sources.ts";
import { countWords } from "../../stages/tokenize/index.ts";
import { type Ran, Rig } from "../rig/rig.ts";

/** About 8 kB of words that no other document has. */
function content(document: number): string {
  const words = Array.from({ length: 1000 }, (_, word) => `w${document}x${word}`);
  return `${words.join(" ")}.`;
}

function pipelineOf(source: z.input<typeof sourceSchema>): Pipeline {
  const { documents } = ingest({}, { sources: [source], heldout: { share: 0 } });
  const { words } = countWords({ documents });
  return definePipeline({ name: "counting", seed: 1, outputs: { words } });
}

/** Partitions of a node in all, and how many of them were run. */
function work({ events }: Ran, node: string): { all: number; ran: number } {
  for (const event of events)
    if (event.type === "node-started" && event.node === node)
      return { all: event.partitions, ran: event.partitions - event.reused };
  return { all: 0, ran: 0 };
}

describe("removing a document", () => {
  it("reads only the group of files that it was in, and maps only what came of it", async () => {
    const rig = await Rig.create();
    for (let document = 0; document < 120; document++)
      await rig.file(`d-${String(document).padStart(3, "0")}.txt`, content(document));
    const pipeline = pipelineOf(text({ files: "*.txt", cwd: rig.folder }));
    const first = await rig.run(pipeline);
    expect(work(first, "ingest").all).toBeGreaterThan(4);
    await rm(join(rig.folder, "d-057.txt"));
    const second = await rig.run(pipeline);
    expect(work(second, "ingest").ran).toBeGreaterThan(0);
    expect(work(second, "ingest").ran).toBeLessThanOrEqual(2);
    expect(work(second, "word-counts").all).toBeGreaterThan(4);
    expect(work(second, "word-counts").ran).toBeLessThanOrEqual(2);
  });

  it("maps again only the part of a file of many documents that it was in", async () => {
    const rig = await Rig.create();
    const records = Array.from(
      { length: 200 },
      (_, id) => `${JSON.stringify({ id, text: content(id) })}\n`,
    );
    const path = await rig.file("a.jsonl", records.join(""));
    const source = { files: "a.jsonl", cwd: rig.folder, textField: "text" };
    for (const keyField of ["id", undefined]) {
      await writeFile(path, records.join(""));
      const pipeline = pipelineOf(jsonl({ ...source, ...(keyField && { keyField }) }));
      await rig.run(pipeline);
      await writeFile(path, records.toSpliced(77, 1).join(""));
      const second = await rig.run(pipeline);
      expect(work(second, "ingest")).toEqual({ all: 1, ran: 1 });
      expect(work(second, "word-counts").all).toBeGreaterThan(4);
      expect(work(second, "word-counts").ran).toBeGreaterThan(0);
      expect(work(second, "word-counts").ran).toBeLessThanOrEqual(2);
    }
  });
});

describe("a corpus without text", () => {
  it("is an error, never an empty table", async () => {
    const rig = await Rig.create();
    await rig.file("a.txt", " \n\n");
    await rig.file("b.txt", "");
    const { state, failures } = await rig.run(
      pipelineOf(text({ files: "*.txt", cwd: rig.folder })),
    );
    expect(state).toBe("failed");
    expect(failures[0]!.error.message).toBe("the corpus is empty");
  });

  it("is one too where all documents are filtered away or not drawn", async () => {
    const rig = await Rig.create();
    await rig.file("a.txt", "Short.");
    const source = text({ files: "*.txt", cwd: rig.folder });
    for (const params of [
      { sources: [source], clean: { minCharacters: 100 } },
      { sources: [{ ...source, weight: 1e-9 }], heldout: { share: 0 } },
    ]) {
      const { documents } = ingest({}, params);
      const pipeline = definePipeline({ name: "empty", seed: 1, outputs: { documents } });
      const { failures } = await rig.run(pipeline);
      expect(failures[0]!.error.message).toBe("the corpus is empty");
    }
  });
});
