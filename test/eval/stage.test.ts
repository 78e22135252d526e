import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import {
  type Batch,
  PipelineError,
  type Row,
  type StageContext,
  viewBatch,
} from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import { writeTokenizer } from "../../lib/tokenizer/files.ts";
import { writeCheckpoint } from "../../model/checkpoint.ts";
import { type AlbertConfig, albert } from "../../model/config.ts";
import { initialParameters } from "../../model/initial-parameters.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import { readSafetensors } from "../../model/safetensors.ts";
import { type EvalParams, params } from "../../stages/eval/params.ts";
import { evaluateTask } from "../../stages/eval/run.ts";
import type { ScoreRow } from "../../stages/eval/scoring.ts";
import { type curve, predictions } from "../../stages/eval/tables.ts";
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

interface SeenPrediction {
  readonly index: number;
  readonly texts: readonly string[];
  readonly length: number;
  readonly truncated: boolean;
  readonly label: string;
  readonly prediction: string;
  readonly probability: number;
  readonly classes: readonly string[];
  readonly probabilities: readonly number[];
}

interface Seen {
  readonly scores: ScoreRow[];
  readonly predictions: SeenPrediction[];
  readonly curve: Row<typeof curve.columns>[];
  readonly metrics: [step: number, values: Readonly<Record<string, number>>][];
  readonly logs: string[];
}

function plainPredictions(batch: Batch<typeof predictions.columns>): SeenPrediction[] {
  const view = viewBatch(predictions, batch);
  const range = ({ offsets }: { offsets: Int32Array }, row: number) =>
    Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_, at) => offsets[row]! + at);
  return Array.from({ length: batch.numRows }, (_, row) => ({
    index: view.index[row]!,
    texts: range(view.texts, row).map((at) => view.texts.values.get(at)),
    length: view.length[row]!,
    truncated: view.truncated[row] === 1,
    label: view.label.get(row),
    prediction: view.prediction.get(row),
    probability: view.probability[row]!,
    classes: range(view.classes, row).map((at) => view.classes.values.get(at)),
    probabilities: range(view.probabilities, row).map((at) => view.probabilities.values[at]!),
  }));
}

async function run(
  given: Partial<EvalParams>,
  options: { seed?: number; signal?: AbortSignal; from?: string; saved?: string } = {},
): Promise<Seen> {
  const seen: Seen = { scores: [], predictions: [], curve: [], metrics: [], logs: [] };
  const context = {
    node: "eval",
    params: params.parse({ task: toy, maxSeqLength: 16, ...given }),
    seed: options.seed ?? 42,
    threads: 1,
    signal: options.signal ?? new AbortController().signal,
    files: [],
    folder: () => options.saved ?? folder,
    progress: () => {},
    metric: (step, values) => void seen.metrics.push([step, values]),
    log: (_level, message) => void seen.logs.push(message),
  } satisfies StageContext<EvalParams>;
  const inputs = {
    checkpoint: { path: options.from ?? folder },
    data: { path: folder },
  };
  for await (const yielded of evaluateTask(inputs, context, backend)) {
    if ("scores" in yielded) seen.scores.push(...yielded.scores);
    if ("curve" in yielded) seen.curve.push(yielded.curve);
    if ("predictions" in yielded) seen.predictions.push(...plainPredictions(yielded.predictions));
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
    for (const { prediction, probability, classes, probabilities } of rows) {
      expect(classes).toEqual(["first", "second"]);
      expect(probabilities[0]! + probabilities[1]!).toBeCloseTo(1, 5);
      expect(probability).toBe(Math.max(...probabilities));
      expect(probabilities[classes.indexOf(prediction)]).toBe(probability);
    }
    expect(rows[0]!.texts[0]).toMatch(/^w\d+ /);
    expect(rows[0]!.length).toBe(rows[0]!.texts[0]!.split(" ").length + 2);

    const steps = 6 * Math.ceil(600 / 32);
    expect(metrics.at(-1)![0]).toBe(steps);
    expect(metrics.at(-1)![1]["loss"]!).toBeLessThan(0.6 * metrics[0]![1]["loss"]!);
  });

  test("equal seeds give equal predictions to the bit, another seed others", async () => {
    const short = { ...quick, numTrainSteps: 12, maxTrainExamples: 200 };
    const { predictions: rows, logs } = await run(short);
    expect(logs[0]).toContain("200 training examples");
    expect((await run(short)).predictions).toEqual(rows);
    const other = (await run(short, { seed: 43 })).predictions;
    expect(other).not.toEqual(rows);
    expect((await run({ ...short, seed: 1 })).predictions).toEqual(other);
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

describe("choosing among the parameters of a run", () => {
  const noisy = { ...quick, numTrainEpochs: 4, learningRate: 4e-3, evaluateEverySteps: 9 };
  const devOf = ({ curve }: Seen) => curve.filter(({ split }) => split === "dev");

  test("the best by the task's metric are scored, in a run that is otherwise the same", async () => {
    const last = await run(noisy);
    const best = await run({ ...noisy, keep: "best" });
    const measured = devOf(best);
    expect(measured.map(({ step }) => step)).toEqual([9, 18, 27, 36, 45, 54, 63, 72, 76]);
    expect(measured).toEqual(devOf(last));
    expect(measured.every(({ metric }) => metric === "accuracy")).toBe(true);
    const highest = Math.max(...measured.map(({ value }) => value));
    expect(best.scores[0]!.value).toBe(highest);
    expect(last.scores[0]!.value).toBe(measured.at(-1)!.value);
  });

  test("patience ends a run after so many scores that are no better", async () => {
    const whole = devOf(await run({ ...noisy, keep: "best" })).map(({ value }) => value);
    const { logs, ...stopped } = await run({ ...noisy, keep: "best", patience: 2 });
    const seen = devOf({ logs, ...stopped }).map(({ value }) => value);
    expect(seen).toEqual(whole.slice(0, seen.length));
    const best = seen.indexOf(Math.max(...seen));
    if (seen.length < whole.length) expect(seen.length - 1 - best).toBe(2);
    else expect(whole.length - 1 - best).toBeLessThan(2);
    expect(stopped.scores[0]!.value).toBe(seen[best]);
  });

  test("without patience and best nothing is scored before the end", async () => {
    expect(devOf(await run({ ...quick, numTrainSteps: 4 }))).toEqual([]);
  });
});

describe("a fine-tuned checkpoint", () => {
  test("is what another fine-tuning starts from, its classifier left out", async () => {
    const saved = await mkdtemp(join(tmpdir(), "fine-tuned-"));
    onTestFinished(() => rm(saved, { recursive: true }));
    await run({ ...quick, saveCheckpoint: true }, { saved });
    const json = JSON.parse(await readFile(join(saved, "config.json"), "utf8"));
    expect(json).toMatchObject({
      architectures: ["AlbertForSequenceClassification"],
      id2label: { 0: "first", 1: "second" },
      label2id: { first: 0, second: 1 },
      problem_type: "single_label_classification",
    });
    const tensors = await readSafetensors(join(saved, "model.safetensors"));
    expect(tensors.get("classifier.weight")!.shape).toEqual([2, 32]);
    expect([...tensors.keys()].filter((name) => !name.startsWith("albert."))).toEqual([
      "classifier.bias",
      "classifier.weight",
    ]);
    // Three labels, so that the classifier could not even be taken over; few steps, so that the encoder must tell.
    const third = task({ ...toy, labels: ["first", "second", "none"], metrics: ["accuracy"] });
    const few = { ...quick, task: third, numTrainSteps: 20 };
    const after = (await run(few, { from: saved })).scores[0]!.value;
    expect(after).toBeGreaterThan((await run(few)).scores[0]!.value + 0.05);
  });
});

describe("a task without a dev file", () => {
  const alone = { ...toy, dev: {} };

  test("is scored on a share of its training examples, which is not trained on", async () => {
    const few = { ...quick, task: alone, heldoutShare: 0.25, numTrainSteps: 2 };
    const { scores, predictions: rows, logs } = await run(few);
    expect(scores.map(({ split, examples }) => [split, examples])[0]).toEqual(["heldout", 150]);
    expect(logs[0]).toContain("450 training examples");
    const other = await run({ ...few, seed: 5 });
    expect(other.predictions.map(({ index }) => index)).toEqual(rows.map(({ index }) => index));
  });

  test("a share that leaves one side empty is refused", async () => {
    const details = await failureOf(run({ ...quick, task: alone, heldoutShare: 0.0001 }));
    expect(details).toMatchObject({ where: "heldoutShare", got: "0.0001 of 600 examples" });
  });
});

describe("what goes wrong", () => {
  test("a loss that is no number stops before it spoils the parameters", async () => {
    const details = await failureOf(run({ ...quick, learningRate: 1e30, warmupProportion: 0 }));
    expect(details).toMatchObject({ expected: "a finite loss and gradient" });
    expect(details!.hint).toContain("learning rate");
  });

  test("where it may end there, it has no score and no prediction", async () => {
    const wild = { ...quick, learningRate: 1e30, warmupProportion: 0, divergence: "end" } as const;
    const { scores, predictions } = await run(wild);
    expect(scores).toEqual([]);
    expect(predictions).toEqual([]);
  });

  test("a checkpoint without a tokenizer is refused", async () => {
    const path = join(folder, "tokenizer.json");
    const whole = await readFile(path);
    await writeFile(path, "{}");
    expect(await failureOf(run(quick))).toMatchObject({ where: path });
    await writeFile(path, whole);
  });

  test("a checkpoint whose vocabulary is not its tokenizer's is refused", async () => {
    const other = await mkdtemp(join(tmpdir(), "other-vocabulary-"));
    onTestFinished(() => rm(other, { recursive: true }));
    for (const file of ["config.json", "model.safetensors"])
      await copyFile(join(folder, file), join(other, file));
    await writeTokenizer(other, wordPieces([...pieces, "another"]), config.maxPositionEmbeddings);
    expect(await failureOf(run(quick, { from: other }))).toMatchObject({
      where: other,
      expected: `${pieces.length} pieces`,
      got: `${pieces.length + 1}`,
    });
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

  test("a dev file without an example is found before anything is trained", async () => {
    await writeFile(join(folder, "empty.tsv"), "sentence\tlabel\n");
    const details = await failureOf(run({ ...quick, task: { ...toy, dev: { dev: "empty.tsv" } } }));
    expect(details).toMatchObject({ where: "empty.tsv", got: "an empty file" });
  });

  test("an abort stops it", async () => {
    const signal = AbortSignal.abort(new Error("stop"));
    await expect(run(quick, { signal })).rejects.toThrow("stop");
  });
});
