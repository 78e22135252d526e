import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { selectBackend } from "../../backend/select.ts";
import { params } from "../../stages/train/pairs/params.ts";
import { probeAccuracy } from "../../stages/train/pairs/probe.ts";
import { measurePairsOn } from "../../stages/train/pairs/run.ts";
import type { ScoreRow } from "../../stages/train/scores.ts";
import { countingExamples, type Example, exampleTable, MODEL } from "./rig.ts";
import { trained } from "./trained.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await selectBackend("onnxruntime", { threads: 1 });
});
afterAll(() => backend.dispose());

/** Pairs whose answer stands in the first piece of A: 10 in order, 11 if not. */
function tellingPairs(count: number): Example[] {
  return countingExamples(count, 3).map((example) => ({
    ...example,
    ids: example.ids.map((id, at) => (at === 1 ? 10 + example.order : id)),
    positions: example.positions.slice(1),
    targets: example.targets.slice(1),
  }));
}

async function measured(checkpoint: string, ordered: Example[], random: Example[], raw = {}) {
  const context = {
    node: "pairs",
    params: params.parse({ batchSize: 8, ...raw }),
    seed: 42,
    threads: 1,
    signal: new AbortController().signal,
    files: [],
    progress: () => {},
    metric: () => {},
    log: () => {},
  };
  const inputs = {
    checkpoint: { path: checkpoint },
    ordered: exampleTable(ordered),
    random: exampleTable(random),
  };
  const rows: ScoreRow[] = [];
  for await (const { scores } of measurePairsOn(inputs, context, backend)) rows.push(...scores);
  return (task: string, metric: string) =>
    rows.find((row) => row.task === task && row.metric === metric)!;
}

test("a model's own head and a probe are measured on pairs of both kinds", async () => {
  const ordered = countingExamples(120);
  const raw = { model: MODEL, trainBatchSize: 8, numTrainSteps: 4 };
  const run = await trained({ on: backend, raw, rows: ordered });
  const score = await measured(join(run.folder, "checkpoint"), ordered, tellingPairs(400));

  // What the training says of the same held-out pairs.
  const said = (task: string, metric: string) =>
    run.scores.find((row) => row.task === task && row.metric === metric)!.value;
  expect(score("masked-lm", "loss").value).toBeCloseTo(said("masked-lm", "loss"), 5);
  expect(score("masked-lm", "accuracy").value).toBe(said("masked-lm", "accuracy"));
  const order = score("sentence-order", "head accuracy");
  expect(order.value).toBe(said("sentence-order", "accuracy"));
  expect(order).toMatchObject({ split: "heldout", examples: 24, baseline_name: "majority" });

  // The state at [CLS] tells what the pieces say, though the head never learnt to ask.
  expect(score("next-sentence", "probe accuracy").value).toBeGreaterThan(0.8);
  expect(score("next-sentence", "head accuracy").value).toBeLessThan(0.7);
  expect(score("next-sentence", "probe accuracy").examples).toBe(80);
});

test("a sample is measured where there are more, and pairs need answers", async () => {
  const ordered = countingExamples(60);
  const raw = { model: MODEL, trainBatchSize: 4, numTrainSteps: 1 };
  const run = await trained({ on: backend, raw, rows: ordered });
  const checkpoint = join(run.folder, "checkpoint");
  const some = await measured(checkpoint, ordered, ordered, { heldoutExamples: 5 });
  expect(some("next-sentence", "head accuracy").examples).toBe(5);
  const unasked = ordered.map((example) => ({ ...example, order: -1 as 0 }));
  await expect(measured(checkpoint, ordered, unasked)).rejects.toMatchObject({
    message: "the pairs have no answers",
    details: { where: "pairs.random" },
  });
});

test("a probe finds what separates the states, and nothing where nothing does", () => {
  const states = (count: number, of: (row: number) => readonly number[]) => ({
    states: Float32Array.from(Array.from({ length: count }, (_, row) => of(row)).flat()),
    labels: Array.from({ length: count }, (_, row) => row % 2),
  });
  const telling = states(100, (row) => [(row * 7) % 5, row % 2 === 1 ? 1 : -1]);
  expect(probeAccuracy(telling, telling, 1)).toBe(1);
  const silent = states(100, () => [1, 2]);
  expect(probeAccuracy(silent, silent, 1)).toBe(0.5);
});
