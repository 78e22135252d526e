import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bertFormat, csv, html, jsonl, text } from "../../stages/ingest/index.ts";
import { failure, folderWith, ingested } from "./ingested.ts";

/** Writes `before`, then one line of `bytes` letters, then `after`. */
function writeLongLine(path: string, bytes: number, before = "", after = ""): void {
  const file = openSync(path, "w");
  const piece = Buffer.alloc(1 << 24, "word ");
  writeSync(file, before);
  for (let written = 0; written < bytes; written += piece.length) writeSync(file, piece);
  writeSync(file, after);
  closeSync(file);
}

const GIGABYTE = 2 ** 30;
/** What a reader may hold beyond what the process held before, however long the line. */
const MEMORY = 600 * 2 ** 20;

describe("a line of a gigabyte", () => {
  it.each([
    ["text", (cwd: string) => text({ cwd, files: "a" })],
    ["BERT's format", (cwd: string) => bertFormat({ cwd, files: "a" })],
    ["JSON lines", (cwd: string) => jsonl({ cwd, files: "a", textField: "text" })],
    ["TSV", (cwd: string) => csv({ cwd, files: "a", textColumns: 0, delimiter: "\t" })],
    ["CSV", (cwd: string) => csv({ cwd, files: "a", textColumns: 0 })],
    ["CSV in quotes", (cwd: string) => csv({ cwd, files: "a", textColumns: 0 }), '"'],
    ["HTML", (cwd: string) => html({ cwd, files: "a" })],
  ])("of %s is an error before it is held", async (_what, source, before = "") => {
    using folder = folderWith({});
    writeLongLine(join(folder.path, "a"), GIGABYTE, `x\n${before}`);
    const held = process.memoryUsage().rss;
    const error = await failure(ingested({ sources: [source(folder.path)] }));
    expect(error.details.where).toContain(join(folder.path, "a"));
    expect(process.memoryUsage().rss - held).toBeLessThan(MEMORY);
  });

  it("of JSON lines can be put aside with its line number", async () => {
    using folder = folderWith({});
    const record = '{"text":"A text."}\n';
    writeLongLine(join(folder.path, "a"), GIGABYTE, `${record}{"text":"`, `"}\n${record}`);
    const held = process.memoryUsage().rss;
    const source = jsonl({ cwd: folder.path, files: "a", textField: "text", maxRejected: 1 });
    const { documents, rejected } = await ingested({ sources: [source] });
    expect(documents).toHaveLength(2);
    expect(rejected).toMatchObject([{ line: 2, reason: "longer than 67108864 characters" }]);
    expect(process.memoryUsage().rss - held).toBeLessThan(MEMORY);
  });
});
