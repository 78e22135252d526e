import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { selectBackend } from "../../backend/select.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import type { Resumption } from "../../engine/index.ts";
import { readCheckpoint } from "../../model/checkpoint.ts";
import { backendFact } from "../../stages/open-backend.ts";
import type { CurveRow } from "../../stages/train/measurement.ts";
import { pretrain, runTrain } from "../../stages/train/run.ts";
import type { ScoreRow } from "../../stages/train/scores.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { wordPieces } from "../rig/tokenizers.ts";
import {
  countingExamples,
  type Example,
  exampleTable,
  MODEL,
  PIECES,
  recordingContext,
  tokenizerInput,
} from "./rig.ts";

let backend: Backend;
let folder: string;
beforeAll(async () => {
  backend = await selectBackend("onnxruntime", { threads: 1 });
  folder = await mkdtemp(join(tmpdir(), "train-"));
});
afterAll(async () => {
  await backend.dispose();
  await rm(folder, { recursive: true, force: true });
});

const BRIEF = { model: MODEL, trainBatchSize: 4, numTrainSteps: 6, logEverySteps: 2 };

interface Given {
  readonly raw?: unknown;
  readonly rows?: readonly Example[];
  readonly pieces?: readonly string[];
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onRow?: (row: CurveRow) => void;
  readonly on?: Backend;
  readonly resumption?: Resumption;
}

/** Trains in memory and gathers what the stage says. */
async function trained({ raw = BRIEF, rows, pieces, onRow, on, ...options }: Given = {}) {
  await rm(folder, { recursive: true, force: true });
  const resumption = { folder: await tempFolder(), earlier: undefined };
  const recorded = recordingContext(raw, { folder, resumption, ...options });
  const inputs = {
    examples: exampleTable(rows ?? countingExamples(40)),
    tokenizer: await tokenizerInput(pieces),
  };
  const curve: CurveRow[] = [];
  const scores: ScoreRow[] = [];
  for await (const yielded of pretrain(inputs, recorded.context, on ?? backend)) {
    if ("curve" in yielded) {
      curve.push(yielded.curve);
      onRow?.(yielded.curve);
    } else if ("scores" in yielded) scores.push(...yielded.scores);
  }
  return { curve, scores, ...recorded };
}

test("learns a language that can be learnt, and says so", async () => {
  const raw = {
    model: { ...MODEL, initializerRange: 0.2 },
    numTrainSteps: 250,
    warmupSteps: 20,
    learningRate: 0.003,
    optimiser: { name: "adamw" },
    evaluateEverySteps: 100,
    heldoutSample: 100,
  };
  const rows = countingExamples(2000);
  const { curve, scores, metrics, progress } = await trained({ raw, rows });
  const score = (task: string, metric: string) =>
    scores.find((row) => row.task === task && row.metric === metric)!;
  const loss = score("masked-lm", "loss");
  expect(loss.baseline).toBeGreaterThan(2.9);
  expect(loss.value).toBeLessThan(loss.baseline! - 0.3);
  expect(score("masked-lm", "accuracy").value).toBeGreaterThan(0.1);
  expect(scores.map(({ task }) => task)).toEqual(["masked-lm", "masked-lm", "sentence-order"]);
  expect(scores.every(({ examples }) => examples === 400)).toBe(true);

  expect(curve.filter(({ split }) => split === "train").map(({ step }) => step)).toEqual(
    Array.from({ length: 25 }, (_, index) => 10 * (index + 1)),
  );
  const heldout = curve.filter(({ split }) => split === "heldout");
  expect(heldout.map(({ step }) => step)).toEqual([100, 200, 250]);
  expect(heldout.at(-1)!.masked_lm_loss).toBe(loss.value);
  expect(heldout.at(-1)!.masked_lm_loss).toBeLessThan(heldout[0]!.masked_lm_loss);
  expect(progress.at(-1)).toBe(250);
  expect(metrics.every(({ values }) => Object.values(values).every(Number.isFinite))).toBe(true);
  expect(metrics.find(({ values }) => "tokens_per_second" in values)!.values).toHaveProperty(
    "learning_rate",
  );
});

test("the same seed gives the same curve and checkpoint, another seed another", async () => {
  const raw = { ...BRIEF, model: { ...MODEL, hiddenDropoutProb: 0.1 } };
  const first = await trained({ raw });
  const firstModel = await readCheckpoint(join(folder, "checkpoint"));
  const second = await trained({ raw });
  expect(second.curve).toEqual(first.curve);
  expect(await readCheckpoint(join(folder, "checkpoint"))).toEqual(firstModel);
  const other = await trained({ raw, seed: 43 });
  expect(other.curve).not.toEqual(first.curve);
  expect((await trained({ raw: { ...raw, seed: 1 } })).curve).toEqual(other.curve);
});

test("the compiled step trains as the plain one does", async () => {
  const eager = await cpuBackend();
  const raw = { ...BRIEF, model: { ...MODEL, hiddenDropoutProb: 0.1 } };
  const [plain, fast] = [await trained({ raw, on: eager }), await trained({ raw })];
  await eager.dispose();
  for (const [index, row] of plain.curve.entries())
    for (const [name, value] of Object.entries(row))
      if (typeof value === "number")
        expect(fast.curve[index]![name as keyof CurveRow], name).toBeCloseTo(value, 3);
});

test("the checkpoint holds the trained model", async () => {
  await trained();
  const { config, tokenizer } = await readCheckpoint(join(folder, "checkpoint"));
  expect(config).toMatchObject({ ...MODEL, vocabSize: PIECES.length });
  expect(tokenizer).toEqual(wordPieces(PIECES));
});

test("an abort stops between two steps", async () => {
  const controller = new AbortController();
  const steps: number[] = [];
  const stopped = trained({
    raw: { ...BRIEF, numTrainSteps: 1000 },
    signal: controller.signal,
    onRow: ({ step }) => {
      steps.push(step);
      if (step === 4) controller.abort();
    },
  });
  await expect(stopped).rejects.toThrow("abort");
  expect(steps).toEqual([2, 4]);
});

test("a divergence is stopped and explained", async () => {
  const raw = {
    ...BRIEF,
    numTrainSteps: 30,
    learningRate: 1e30,
    warmupSteps: 0,
    optimiser: { name: "adamw" },
  };
  await expect(trained({ raw })).rejects.toMatchObject({
    name: "PipelineError",
    details: {
      where: expect.stringMatching(/^train, step \d+, learning rate /),
      hint: expect.stringContaining("lower learningRate"),
    },
  });
});

describe("what cannot be trained on", () => {
  const all = countingExamples(20);
  const long: Example = {
    split: "train",
    ids: Array(25).fill(5),
    types: Array(25).fill(0),
    positions: [3],
    targets: [6],
    order: 0,
  };
  const broken = (id: number): Example => ({ ...all[1]!, ids: all[1]!.ids.map(() => id) });
  test.each<[string, Given, RegExp]>([
    ["no examples", { rows: [] }, /no training example/],
    [
      "no training examples",
      { rows: all.filter(({ split }) => split === "heldout") },
      /no training/,
    ],
    ["nothing held out", { rows: all.filter(({ split }) => split === "train") }, /held out/],
    ["an example longer than the positions", { rows: [...all, long] }, /too long for the model/],
    ["an example longer than maxSeqLength", { raw: { ...BRIEF, maxSeqLength: 8 } }, /too long/],
    ["a length beyond the positions", { raw: { ...BRIEF, maxSeqLength: 32 } }, /beyond the model/],
    ["another vocabulary's id", { rows: [...all, broken(25)] }, /not made with this vocabulary/],
    ["a negative id", { rows: [...all, broken(-1)] }, /not made with this vocabulary/],
  ])("%s", async (_, given, message) => {
    const error: Error = await trained(given).then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(error.name).toBe("PipelineError");
    expect(error.message).toMatch(message);
  });

  test("a backend that is not there", async () => {
    const { context } = recordingContext(
      { ...BRIEF, backend: "tensorflow" },
      {
        folder,
        resumption: { folder: await tempFolder(), earlier: undefined },
      },
    );
    const inputs = { examples: exampleTable(all), tokenizer: await tokenizerInput() };
    const start = async () => {
      const rows: unknown[] = [];
      for await (const row of runTrain(inputs, context)) rows.push(row);
      return rows;
    };
    // Where TensorFlow is installed it simply trains.
    const outcome = await start().catch((error: unknown) => error);
    if (!Array.isArray(outcome)) expect(outcome).toMatchObject({ name: "PipelineError" });
    // The plan finds out before the run does.
    const planned = await backendFact({ backend: "tensorflow" }).catch((error: unknown) => error);
    if (planned instanceof Error) expect(planned).toMatchObject({ name: "PipelineError" });
  });
});
