import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type StageContext, viewBatch } from "../../engine/index.ts";
import { rowDot } from "../../lib/linear/sparse.ts";
import { RandomStream } from "../../lib/random.ts";
import { type BaselineParams, params } from "../../stages/eval/baseline/params.ts";
import { runBaseline } from "../../stages/eval/baseline/run.ts";
import { WordFeatures, wordsOf } from "../../stages/eval/baseline/words.ts";
import type { ScoreRow } from "../../stages/eval/scoring.ts";
import { predictions } from "../../stages/eval/tables.ts";
import { task } from "../../stages/eval/task.ts";
import { tempFolder } from "../rig/temp-folder.ts";

describe("words", () => {
  test("are runs of letters, marks and digits of any script, in lower case", () => {
    expect(wordsOf("The U.S. won't; 2nd Straße, 한국어와!")).toEqual([
      "the",
      "u",
      "s",
      "won",
      "t",
      "2nd",
      "straße",
      "한국어와",
    ]);
    expect(wordsOf("… --")).toEqual([]);
  });

  test("weigh by count and rarity, rows of length 1, as TfidfVectorizer has them", () => {
    const examples = [["a a b"], ["a c"], ["b d"]];
    const rows = new WordFeatures(examples).rows(examples);
    // Only a and b stand in two examples; ln(4 / 3) + 1 is the rarity of both.
    expect(rows.width).toBe(3);
    expect([...rows.values.subarray(0, 2)].map((value) => value.toFixed(6)).sort()).toEqual(
      [2 / Math.sqrt(5), 1 / Math.sqrt(5)].map((value) => value.toFixed(6)).sort(),
    );
    const squares = new Float64Array(rows.values.map((value) => value ** 2));
    const ones = new Float64Array(rows.width).fill(1);
    for (const row of [0, 1, 2])
      expect(rowDot({ ...rows, values: squares }, row, ones)).toBeCloseTo(1);
  });

  test("of a pair are told apart by text, with what both share", () => {
    const pairs = [
      ["a b", "b c"],
      ["a b", "b c"],
    ];
    const rows = new WordFeatures(pairs).rows([
      ["a b", "b c"],
      ["x", "y"],
    ]);
    // a and b of the first, b and c of the second, b of both, and the share, 1 of 3.
    expect(rows.width).toBe(6);
    expect(rows.values[5]).toBeCloseTo(1 / 3);
    expect([...rows.columns.subarray(6)]).toEqual([5]);
  });
});

const pairs = (count: number, seed: number) => {
  const random = new RandomStream(seed, "baseline");
  const word = () => `w${random.below(30)}`;
  return Array.from({ length: count }, () => {
    const first = Array.from({ length: 6 }, word);
    const same = random.below(3) > 0;
    const second = first.map((own) => (same && random.below(4) > 0 ? own : word()));
    const score = new Set(first.filter((own) => second.includes(own))).size;
    return `${first.join(" ")}\t${second.join(" ")}\t${same ? "same" : "other"}\t${score}`;
  }).join("\n");
};

async function run(given: Partial<BaselineParams>) {
  const folder = await tempFolder();
  await writeFile(join(folder, "train.tsv"), pairs(400, 1));
  await writeFile(join(folder, "dev.tsv"), pairs(150, 2));
  await writeFile(join(folder, "test.tsv"), pairs(20, 3));
  const context = {
    node: "words",
    params: params.parse({ task: similar, ...given }),
    seed: 1,
    threads: 1,
    signal: new AbortController().signal,
    files: [],
    folder: () => folder,
    progress: () => {},
    metric: () => {},
    log: () => {},
  } satisfies StageContext<BaselineParams>;
  const scores: ScoreRow[] = [];
  const predicted: string[] = [];
  for await (const yielded of runBaseline({ data: { path: folder } }, context)) {
    scores.push(...(yielded.scores ?? []));
    if (yielded.predictions === undefined) continue;
    const view = viewBatch(predictions, yielded.predictions);
    for (let row = 0; row < yielded.predictions.numRows; row++)
      predicted.push(`${view.split.get(row)} ${view.label.get(row)} ${view.prediction.get(row)}`);
  }
  return { scores, predicted };
}

const similar = task({
  name: "similar",
  texts: [0, 1],
  label: 2,
  labels: ["other", "same"],
  metrics: ["accuracy", "f1"],
  header: false,
  test: { test: "test.tsv" },
});

describe("a baseline", () => {
  test("of words learns what words tell, and predicts the files without labels too", async () => {
    const { scores, predicted } = await run({});
    expect(scores.map(({ metric, split, seed }) => [metric, split, seed])).toEqual([
      ["accuracy", "dev", 0],
      ["f1", "dev", 0],
    ]);
    expect(scores[0]!.value).toBeGreaterThan(scores[0]!.baseline! + 0.1);
    expect(predicted.filter((row) => row.startsWith("dev ")).length).toBe(150);
    const unlabelled = predicted.filter((row) => row.startsWith("test "));
    expect(unlabelled.length).toBe(20);
    expect(unlabelled.every((row) => /^test {2}(other|same)$/.test(row))).toBe(true);
    expect(await run({})).toEqual({ scores, predicted });
  });

  test("of scores is a ridge regression", async () => {
    const scored = task({ ...similar, label: 3, labels: "score", metrics: ["pearson"] });
    const { scores } = await run({ task: scored });
    expect(scores[0]).toMatchObject({ metric: "pearson", baseline: null });
    expect(scores[0]!.value).toBeGreaterThan(0.7);
  });

  test("of the majority always answers it", async () => {
    const { scores, predicted } = await run({ model: "majority" });
    expect(scores.every(({ value, baseline }) => value === baseline)).toBe(true);
    expect(predicted.every((row) => row.endsWith(" same"))).toBe(true);
    const scored = task({ ...similar, label: 3, labels: "score", metrics: ["pearson"] });
    expect((await run({ model: "majority", task: scored })).scores[0]!.value).toBe(0);
  });
});
