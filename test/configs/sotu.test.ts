import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sotuTasks } from "../../configs/sotu/index.ts";
import { writeTasks } from "../../configs/sotu/tasks.ts";
import { type InputTable, makeBatch, utf8Data } from "../../engine/index.ts";
import { documents } from "../../stages/ingest/tables.ts";

interface Speech {
  readonly year: number;
  readonly split: "train" | "heldout";
}

const SENTENCES = 120;

/** Sentences that say where they stand: `s1865 n7 word word ...`. */
const sentencesOf = (year: number) =>
  Array.from({ length: SENTENCES }, (_, index) => `s${year} n${index} a b c d e f g h`);

function tableOf(speeches: readonly Speech[]): InputTable<typeof documents.columns> {
  const texts = speeches.map(({ year }) => sentencesOf(year));
  const offsets = new Int32Array(speeches.length + 1);
  texts.forEach((sentences, row) => {
    offsets[row + 1] = offsets[row]! + sentences.length;
  });
  const paragraphs = new Int32Array(speeches.length + 1).map((_, row) => row);
  const batch = makeBatch(documents, {
    document_key: speeches.map(({ year }) => `${year}_somebody_n`),
    source: speeches.map(({ year }) => `${year}_somebody_n.txt`),
    title: speeches.map(() => ""),
    language: speeches.map(() => "en"),
    split: speeches.map(({ split }) => split),
    repeats: new Int32Array(speeches.length).fill(1),
    sentences: { offsets, values: utf8Data(texts.flat()) },
    paragraph_starts: { offsets: paragraphs, values: new Int32Array(speeches.length) },
  });
  return {
    columns: documents.columns,
    rows: speeches.length,
    parts: [],
    async *batches() {
      yield batch;
    },
  };
}

const SPEECHES: readonly Speech[] = [1801, 1850, 1870, 1900, 1950, 1990].flatMap((year) => [
  { year, split: "train" },
  { year: year + 1, split: "heldout" },
]);

describe("the tasks made of the speeches", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "sotu-"));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  async function write(speeches: readonly Speech[], params: object = {}, folder = "a") {
    const at = (output: string) => join(home, folder, output);
    for (const output of ["era", "follows"]) mkdirSync(at(output), { recursive: true });
    const context = {
      params: sotuTasks.spec.params.parse({ trainExamples: 90, devExamples: 30, ...params }),
      seed: 42,
      progress() {},
      folder: at,
    };
    for await (const _ of writeTasks({ documents: tableOf(speeches) }, context));
    return (task: string, file: string) => {
      const text = readFileSync(join(at(task), file), "utf8");
      expect(text.endsWith("\n")).toBe(true);
      const [header, ...rows] = text.trimEnd().split("\n");
      return { header, rows: rows.map((row) => row.split("\t")), text };
    };
  }

  const yearOf = (text: string) => Number(/^s(\d+)/.exec(text)?.[1]);
  const numberOf = (text: string) => Number(/^s\d+ n(\d+)/.exec(text)?.[1]);

  it("label a sentence by its era, each label as often, dev from held-out speeches only", async () => {
    const read = await write(SPEECHES);
    for (const [file, offset, count] of [
      ["train.tsv", 0, 30],
      ["dev.tsv", 1, 10],
    ] as const) {
      const { header, rows } = read("era", file);
      expect(header).toBe("sentence\tlabel");
      const counts = new Map<string, number>();
      for (const [sentence, label] of rows as [string, string][]) {
        const year = yearOf(sentence);
        expect(SPEECHES).toContainEqual({ year, split: offset === 0 ? "train" : "heldout" });
        expect(label).toBe(year < 1865 ? "early" : year < 1934 ? "middle" : "modern");
        counts.set(label, (counts.get(label) ?? 0) + 1);
      }
      expect(Object.fromEntries(counts)).toEqual({ early: count, middle: count, modern: count });
    }
  });

  it("pair passages that follow with passages from elsewhere in the same speech", async () => {
    const { header, rows } = (await write(SPEECHES))("follows", "train.tsv");
    expect(header).toBe("index\tsentence1\tsentence2\tlabel");
    expect(rows.map(([index]) => Number(index))).toEqual(rows.map((_, index) => index));
    expect(new Set(rows.map((row) => row[3]))).toEqual(new Set(["follows", "elsewhere"]));
    for (const [, first, second, label] of rows as [string, string, string, string][]) {
      expect(yearOf(second)).toBe(yearOf(first));
      const distance = numberOf(second) - numberOf(first);
      if (label === "follows") expect(distance).toBe(2);
      else expect(Math.abs(distance)).toBeGreaterThanOrEqual(10);
    }
  });

  it("are the same for the same seed, in whatever order the speeches come", async () => {
    const once = (await write(SPEECHES, {}, "a"))("follows", "train.tsv").text;
    expect((await write(SPEECHES, {}, "b"))("follows", "train.tsv").text).toBe(once);
    const sorted = (text: string) =>
      text
        .split("\n")
        .map((line) => line.replace(/^\d+\t/, ""))
        .sort();
    const other = (await write([...SPEECHES].reverse(), {}, "c"))("follows", "train.tsv").text;
    expect(sorted(other)).toEqual(sorted(once));
  });

  it("need a held-out speech of every era, and a year in each name", async () => {
    const modern = SPEECHES.filter(({ year, split }) => split === "train" || year > 1934);
    await expect(write(modern)).rejects.toMatchObject({
      message: "too few heldout speeches for the task era",
      details: { got: "modern" },
    });
    await expect(write([{ year: 12, split: "train" }])).rejects.toMatchObject({
      message: "a speech's name does not begin with its year",
    });
  });
});
