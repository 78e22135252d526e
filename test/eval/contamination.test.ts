import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeBatch, utf8Data, viewBatch } from "../../engine/index.ts";
import { checkContamination } from "../../stages/eval/contamination/index.ts";
import { NgramIndex } from "../../stages/eval/contamination/ngram-index.ts";
import { findContamination } from "../../stages/eval/contamination/run.ts";
import { wordsOf } from "../../stages/eval/contamination/words.ts";
import { contaminated } from "../../stages/eval/tables.ts";
import { task } from "../../stages/eval/task.ts";
import { documents } from "../../stages/ingest/tables.ts";
import { tempFolder } from "../rig/temp-folder.ts";

describe("NgramIndex", () => {
  const words = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 60 });
  const runs = fc.array(fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 5 }), {
    maxLength: 8,
  });

  test("finds every run at every place, and nothing else", () => {
    fc.assert(
      fc.property(words, runs, (text, wanted) => {
        const index = new NgramIndex();
        const numbers = wanted.map((run) => index.add(run));
        expect(index.size).toBe(new Set(wanted.map((run) => run.join())).size);
        const found: string[] = [];
        index.scan(text, (value, at) => found.push(`${value}@${at}`));
        const slow = new Set<string>();
        for (const [which, run] of wanted.entries())
          for (let at = 0; at + run.length <= text.length; at++)
            if (run.every((word, place) => text[at + place] === word))
              slow.add(`${numbers[which]}@${at}`);
        expect(found.toSorted()).toEqual([...slow].toSorted());
      }),
    );
  });
});

test("words are compared in lower case, composed, without punctuation; Han characters one by one", () => {
  expect(wordsOf("“The U.S., in 1999: Don't!”")).toEqual([
    "the",
    "u",
    "s",
    "in",
    "1999",
    "don",
    "t",
  ]);
  expect(wordsOf("한국어 문장".normalize("NFD"))).toEqual(["한국어", "문장"]);
  expect(wordsOf("漢字とKana")).toEqual(["漢", "字", "と", "kana"]);
});

describe("the check", () => {
  const corpus = [
    {
      key: "a",
      split: "train",
      sentences: ["One two three four.", "Five six; SEVEN eight nine ten."],
    },
    { key: "b", split: "train", sentences: ["Alpha beta gamma delta epsilon zeta."] },
    { key: "c", split: "heldout", sentences: ["Red orange yellow green blue indigo violet."] },
  ];
  const own = task({
    name: "own",
    texts: ["text"],
    label: "label",
    labels: ["no", "yes"],
    metrics: ["accuracy"],
    test: { test: "test.tsv" },
  });

  async function check(dev: readonly string[], unlabelled: readonly string[], given: object = {}) {
    const folder = await tempFolder();
    const lines = (texts: readonly string[]) =>
      ["text\tlabel", ...texts.map((text) => `${text}\tno`), ""].join("\n");
    await writeFile(join(folder, "train.tsv"), lines(["nothing that is looked for"]));
    await writeFile(join(folder, "dev.tsv"), lines(dev));
    await writeFile(join(folder, "test.tsv"), lines(unlabelled));
    const batch = makeBatch(documents, {
      document_key: corpus.map(({ key }) => key),
      source: corpus.map(({ key }) => `${key}.txt`),
      title: corpus.map(() => ""),
      language: corpus.map(() => "en"),
      split: corpus.map(({ split }) => split),
      repeats: corpus.map(() => 1),
      sentences: {
        offsets: Int32Array.of(0, 2, 3, 4),
        values: utf8Data(corpus.flatMap(({ sentences }) => sentences)),
      },
      paragraph_starts: {
        offsets: Int32Array.of(0, 1, 2, 3),
        values: Int32Array.of(0, 0, 0),
      },
    });
    const table = {
      columns: documents.columns,
      rows: 3,
      parts: [],
      batches: async function* () {
        yield batch;
      },
    };
    const said: string[] = [];
    const context = {
      params: checkContamination.spec.params.parse({ task: own, ngram: 8, shortest: 5, ...given }),
      signal: new AbortController().signal,
      progress: () => {},
      log: (level: string, message: string) => void said.push(`${level}: ${message}`),
    };
    const rows: object[] = [];
    const found: object[] = [];
    const inputs = { documents: table, data: { path: folder } };
    for await (const yielded of findContamination(inputs, context)) {
      if ("contamination" in yielded) rows.push(...yielded.contamination);
      if (!("contaminated" in yielded)) continue;
      const view = viewBatch(contaminated, yielded.contaminated);
      for (let row = 0; row < yielded.contaminated.numRows; row++)
        found.push({
          split: view.split.get(row),
          id: view.id.get(row),
          overlap: view.overlap[row],
          document: view.document_key.get(row),
        });
    }
    return { rows, found, said };
  }

  test("finds runs across sentences, short examples whole, and no held-out document", async () => {
    const { rows, found, said } = await check(
      [
        "two three four five six seven eight nine TWENTY",
        "something else altogether that stands nowhere at all",
        "four five",
        "Red orange yellow green blue indigo violet",
      ],
      ["beta, gamma — delta epsilon zeta!", "beta gamma delta epsilon eta"],
    );
    expect(rows).toEqual([
      {
        task: "own",
        split: "dev",
        ngram: 8,
        examples: 4,
        checked: 3,
        contaminated: 1,
        share: 1 / 3,
      },
      {
        task: "own",
        split: "test",
        ngram: 8,
        examples: 2,
        checked: 2,
        contaminated: 1,
        share: 0.5,
      },
    ]);
    expect(found).toEqual([
      { split: "dev", id: "0", overlap: 0.5, document: "a" },
      { split: "test", id: "0", overlap: 1, document: "b" },
    ]);
    expect(said[0]).toBe("warn: own, dev: 1 of 3 examples are in the pretraining text");
  });

  test("nothing found is a row too", async () => {
    const { rows, found, said } = await check(["x y z u v w"], ["x"]);
    expect(rows).toMatchObject([
      { contaminated: 0, share: 0, checked: 1 },
      { contaminated: 0, share: 0, checked: 0 },
    ]);
    expect(found).toEqual([]);
    expect(said.every((line) => line.startsWith("info"))).toBe(true);
  });
});
