import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { PipelineError, type StageContext, viewBatch } from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import { writeCheckpoint } from "../../model/checkpoint.ts";
import { type AlbertConfig, albert } from "../../model/config.ts";
import { initialParameters, pretrainingParameters } from "../../model/parameters.ts";
import { type EvalParams, params } from "../../stages/eval/params.ts";
import { evaluateTask } from "../../stages/eval/run.ts";
import type { ScoreRow } from "../../stages/eval/scoring.ts";
import { predictions } from "../../stages/eval/tables.ts";
import { task } from "../../stages/eval/task.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";

const words = Array.from({ length: 40 }, (_, index) => `w${index}`);
const pieces = [...SPECIAL_PIECES, ...words];
const config: AlbertConfig = {
  ...albert("mini", { hiddenSize: 32, embeddingSize: 16, intermediateSize: 64 }),
  maxPositionEmbeddings: 32,
  // Wide enough for a model that was never pretrained to learn from.
  initializerRange: 0.2,
  vocabSize: pieces.length,
};

/** Which of two halves of the vocabulary a sentence's words come from, a quarter of them from the other. */
function sentence(label: number, random: RandomStream): string {
  const length = 3 + random.below(10);
  return Array.from({ length }, () => {
    const half = random.below(4) === 0 ? 1 - label : label;
    return words[20 * half + random.below(20)];
  }).join(" ");
}

function lines(count: number, seed: number): string {
  const random = new RandomStream(seed, "toy");
  const rows = Array.from({ length: count }, () => {
    const label = random.below(2);
    return `${sentence(label, random)}\t${label === 1 ? "second" : "first"}`;
  });
  return ["sentence\tlabel", ...rows, ""].join("\n");
}

const toy = task({
  name: "toy",
  texts: [0],
  label: 1,
  labels: ["first", "second"],
  metrics: ["accuracy", "f1", "matthews"],
});

let folder: string;
let backend: Backend;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eval-"));
  backend = await onnxBackend({ threads: 1 });
  await writeCheckpoint(folder, {
    config,
    parameters: initialParameters(pretrainingParameters(config), config, 7),
    tokenizer: wordPieces(pieces),
  });
  await writeFile(join(folder, "train.tsv"), lines(600, 1));
  await writeFile(join(folder, "dev.tsv"), lines(200, 2));
});
afterAll(async () => {
  await backend.dispose();
  await rm(folder, { recursive: true });
});

interface Seen {
  readonly scores: ScoreRow[];
  readonly predictions: { index: number; label: string; prediction: string; probability: number }[];
  readonly metrics: [step: number, values: Readonly<Record<string, number>>][];
  readonly logs: string[];
}

async function run(
  given: Partial<EvalParams>,
  options: { seed?: number; signal?: AbortSignal } = {},
): Promise<Seen> {
  const seen: Seen = { scores: [], predictions: [], metrics: [], logs: [] };
  const context = {
    node: "eval",
    params: params.parse({ task: toy, maxSeqLength: 16, ...given }),
    seed: options.seed ?? 42,
    threads: 1,
    signal: options.signal ?? new AbortController().signal,
    files: [],
    folder: () => folder,
    progress: () => {},
    metric: (step, values) => void seen.metrics.push([step, values]),
    log: (_level, message) => void seen.logs.push(message),
  } satisfies StageContext<EvalParams>;
  const inputs = {
    checkpoint: { path: folder },
    data: { path: folder },
  };
  for await (const yielded of evaluateTask(inputs, context, backend)) {
    seen.scores.push(...yielded.scores);
    const view = viewBatch(predictions, yielded.predictions);
    for (let row = 0; row < yielded.predictions.numRows; row++) {
      seen.predictions.push({
        index: view.index[row]!,
        label: view.label.get(row),
        prediction: view.prediction.get(row),
        probability: view.probability[row]!,
      });
    }
  }
  return seen;
}

const quick = { numTrainEpochs: 6, learningRate: 1e-3, trainBatchSize: 32 };
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => {
      expect(error).toBeInstanceOf(PipelineError);
      return (error as PipelineError).details;
    },
  );

describe("fine-tuning a tiny model", () => {
  test("learns what can be learnt, clearly better than the majority", async () => {
    const { scores, predictions: rows, metrics } = await run(quick);
    expect(scores.map(({ metric }) => metric)).toEqual(["accuracy", "f1", "matthews"]);
    for (const { value, baseline, examples, split } of scores) {
      expect(value).toBeGreaterThan(baseline! + 0.1);
      expect([examples, split]).toEqual([200, "dev"]);
    }
    expect(scores[0]!.value).toBeGreaterThan(0.8);

    expect(rows.map(({ index }) => index)).toEqual(rows.map((_, index) => index));
    const right = rows.filter(({ label, prediction }) => label === prediction).length;
    expect(right / rows.length).toBe(scores[0]!.value);
    expect(rows.every(({ probability }) => probability >= 0.5 && probability <= 1)).toBe(true);

    const steps = 6 * Math.ceil(600 / 32);
    expect(metrics.at(-1)![0]).toBe(steps);
    expect(metrics.at(-1)![1]["loss"]!).toBeLessThan(0.6 * metrics[0]![1]["loss"]!);
  });

  test("equal seeds give equal predictions to the bit, another seed others", async () => {
    const short = { ...quick, numTrainSteps: 12, maxTrainExamples: 200 };
    const { predictions: rows, logs } = await run(short);
    expect(logs[0]).toContain("200 training examples");
    expect((await run(short)).predictions).toEqual(rows);
    expect((await run(short, { seed: 43 })).predictions).not.toEqual(rows);
  });

  test("pairs, several splits and scores as labels go the same way", async () => {
    const random = new RandomStream(5, "pairs");
    const pairs = (count: number) =>
      Array.from({ length: count }, (_, index) => {
        const [a, b] = [random.below(2), random.below(2)];
        return [index, sentence(a, random), sentence(b, random), (a + b).toFixed(3)].join("\t");
      }).join("\n");
    await writeFile(join(folder, "pairs-train.tsv"), pairs(400));
    await writeFile(join(folder, "one.tsv"), pairs(50));
    await writeFile(join(folder, "two.tsv"), pairs(60));
    const similarity = task({
      name: "sum",
      texts: [1, 2],
      label: -1,
      labels: "score",
      metrics: ["pearson", "spearman"],
      header: false,
      train: "pairs-train.tsv",
      dev: { one: "one.tsv", two: "two.tsv" },
    });
    const { scores, predictions: rows } = await run({
      ...quick,
      task: similarity,
      maxSeqLength: 32,
    });
    expect(scores.map(({ split, examples }) => [split, examples])).toEqual([
      ["one", 50],
      ["one", 50],
      ["two", 60],
      ["two", 60],
    ]);
    for (const { value, baseline } of scores) {
      expect(value).toBeGreaterThan(0.5);
      expect(baseline).toBeNull();
    }
    expect(rows.length).toBe(110);
  });
});

describe("what goes wrong", () => {
  test("a loss that is no number stops before it spoils the parameters", async () => {
    const details = await failureOf(run({ ...quick, learningRate: 1e30, warmupProportion: 0 }));
    expect(details).toMatchObject({ expected: "a finite loss and gradient" });
    expect(details!.hint).toContain("learning rate");
  });

  test("a checkpoint without a tokenizer is refused", async () => {
    const path = join(folder, "tokenizer.json");
    const whole = await readFile(path);
    await writeFile(path, "{}");
    expect(await failureOf(run(quick))).toMatchObject({ where: path });
    await writeFile(path, whole);
  });

  test("more positions than the checkpoint has are refused", async () => {
    expect(await failureOf(run({ ...quick, maxSeqLength: 33 }))).toMatchObject({
      where: "maxSeqLength",
      expected: "at most 32",
    });
  });

  test("a missing dev file is found before anything is trained", async () => {
    const details = await failureOf(run({ ...quick, task: { ...toy, dev: { dev: "none.tsv" } } }));
    expect(details).toMatchObject({ where: "none.tsv" });
  });

  test("an abort stops it", async () => {
    const signal = AbortSignal.abort(new Error("stop"));
    await expect(run(quick, { signal })).rejects.toThrow("stop");
  });
});
