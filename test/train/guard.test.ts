import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { selectBackend } from "../../backend/select.ts";
import { readCheckpoint } from "../../model/checkpoint.ts";
import type { BatchResult } from "../../stages/train/compiled-model.ts";
import { Guard } from "../../stages/train/guard.ts";
import { params } from "../../stages/train/params.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { noGradients } from "./faulty-backend.ts";
import { MODEL, PIECES } from "./rig.ts";
import { trained } from "./trained.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await selectBackend("onnxruntime", { threads: 1 });
});
afterAll(() => backend.dispose());

const BRIEF = {
  model: MODEL,
  trainBatchSize: 3,
  numTrainSteps: 9,
  logEverySteps: 3,
  saveEverySteps: 3,
  evaluateEverySteps: 100,
};

const result = (loss: number, changes: Partial<BatchResult> = {}): BatchResult => ({
  masked_lm_loss: loss,
  masked_lm_correct: 0,
  masked_lm_count: 1,
  sentence_order_loss: 0,
  sentence_order_correct: 0,
  sentence_order_count: 1,
  gradient_norm: 1,
  ...changes,
});
const divergence = (changes: object) => params.parse({ divergence: changes }).divergence;

test("a loss is a jump where it is far above the last ones, of which there must be some", () => {
  const guard = new Guard(divergence({ spikeDeviations: 5 }));
  for (let step = 0; step < 19; step++) guard.accept(result(step % 2 === 0 ? 2 : 2.2));
  expect(guard.problem(result(99))).toBeUndefined();
  guard.accept(result(2.1));
  // Of mean 2.095 and about deviation 0.1.
  expect(guard.problem(result(2.55))).toBeUndefined();
  expect(guard.problem(result(2.65))).toMatch(/^the loss jumped to 2\.650 from 2\.095/);
  expect(new Guard(divergence({ spikeDeviations: 5 }), guard.losses).problem(result(2.65))).toBe(
    guard.problem(result(2.65)),
  );
  expect(new Guard(divergence({ spikeDeviations: null }), guard.losses).problem(result(99))).toBe(
    undefined,
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])("no guard lets %d through", (value) => {
  const guard = new Guard(divergence({ spikeDeviations: null }));
  expect(guard.problem(result(value))).toBe(`masked_lm_loss is ${value}`);
  expect(guard.problem(result(1, { gradient_norm: value }))).toBe(`gradient_norm is ${value}`);
});

test("a skipped batch is kept with its documents, and its update is not made", async () => {
  const raw = { ...BRIEF, divergence: { policy: "skip" } };
  const whole = await trained({ on: backend, raw });
  const run = await trained({ on: noGradients(backend, (call) => call === 4), raw });
  expect(run.divergences).toHaveLength(3);
  for (const row of run.divergences) {
    expect(row).toMatchObject({
      step: 5,
      problem: "gradient_norm is NaN",
      action: "skipped",
      document_key: "document",
      b_document_key: "document",
    });
    expect(row.pieces.split(" ").every((piece) => PIECES.includes(piece))).toBe(true);
  }
  expect(run.logs.join("\n")).toMatch(/warn: step 5 is skipped: gradient_norm is NaN/);
  expect(whole.divergences).toEqual([]);
  expect(run.curve[0]).toEqual(whole.curve[0]);
  expect(run.curve[2]).not.toEqual(whole.curve[2]);
  const { parameters } = await readCheckpoint(join(run.folder, "checkpoint"));
  for (const values of Object.values(parameters)) expect(values.every(Number.isFinite)).toBe(true);
});

test("a rollback goes on from the last state on schedule, slower and without the batch", async () => {
  const run = await trained({ on: noGradients(backend, (call) => call === 4), raw: BRIEF });
  expect(run.divergences[0]).toMatchObject({ step: 5, action: "rolled-back" });
  expect(run.logs.join("\n")).toMatch(/step 5: .*back to step 3, on with 0\.5 times/);
  const rows = run.curve.filter(({ split }) => split === "train");
  expect(rows.map(({ step, rollbacks }) => [step, rollbacks])).toEqual([
    [3, 0],
    [6, 1],
    [9, 1],
  ]);
  const usual = await trained({ on: backend, raw: BRIEF });
  const rate = (curve: typeof run.curve, step: number) =>
    curve.find((row) => row.step === step && row.split === "train")!.learning_rate!;
  expect(rate(run.curve, 6)).toBe(rate(usual.curve, 6) / 2);
});

test.each<[string, object, RegExp]>([
  ["stop", { policy: "stop" }, /^gradient_norm is NaN$/],
  ["skip", { policy: "skip", maxSkips: 2 }, /2 steps before it were skipped/],
  ["rollback", { policy: "rollback", maxRollbacks: 1 }, /rolled back 1 times/],
])("policy %s ends in an error that names the batch's file", async (_, policy, got) => {
  const raw = { ...BRIEF, divergence: policy };
  const on = noGradients(backend, (call) => call >= 4);
  const error = await trained({ on, raw }).then(
    () => expect.unreachable(),
    (error) => error,
  );
  expect(error).toMatchObject({
    name: "PipelineError",
    details: { where: expect.stringMatching(/^train, step \d/), got: expect.stringMatching(got) },
  });
  const file = /kept in (.*)$/.exec(error.details.hint)![1]!;
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).document_key)).toEqual(Array(3).fill("document"));
});

test("a training that may end where it diverges leaves its last saved model, and says so", async () => {
  const raw = { ...BRIEF, warmupSteps: 1, divergence: { maxRollbacks: 1, exhausted: "end" } };
  const run = await trained({ on: noGradients(backend, (call) => call >= 4), raw });
  expect(run.divergences.map(({ action }) => action)).toEqual([
    ...Array(3).fill("rolled-back"),
    ...Array(3).fill("stopped"),
  ]);
  expect(run.costs).toEqual([
    {
      outcome: "diverged",
      problem: "gradient_norm is NaN",
      parameters: expect.any(Number),
      steps: 3,
      seconds: expect.any(Number),
      cpu_seconds: expect.any(Number),
      memory_bytes: expect.any(Number),
    },
  ]);
  expect(run.scores.every(({ value }) => Number.isFinite(value))).toBe(true);
  const three = await trained({ on: backend, raw: { ...raw, numTrainSteps: 3, decaySteps: 9 } });
  const files = await Promise.all(
    [run, three].map(({ folder }) => readFile(join(folder, "checkpoint", "model.safetensors"))),
  );
  expect(files[0]!.equals(files[1]!)).toBe(true);
});

test("parameters that are not finite at the end fail the stage, and no state is saved of them", async () => {
  const unfinished = await tempFolder();
  const raw = { ...BRIEF, divergence: { policy: "skip" } };
  const failed = trained({ on: spoilingUpdate(backend, 8), raw, unfinished });
  await expect(failed).rejects.toThrow("training diverged: a parameter is not finite");
  const states = (await readdir(unfinished)).filter((name) => name.startsWith("step-"));
  expect(states.sort()).toEqual(["step-00000003", "step-00000006"]);
});

/** A backend whose update of some call leaves a parameter that is no number. */
function spoilingUpdate(on: Backend, spoilt: number): Backend {
  return {
    ...on,
    async compile(program, state) {
      const executable = await on.compile(program, state);
      if (!program.name.startsWith("apply")) return executable;
      let call = 0;
      return {
        dispose: () => executable.dispose(),
        async run(inputs) {
          const outputs = await executable.run(inputs);
          const values = new Float32Array(MODEL.hiddenSize).fill(Number.NaN);
          if (call++ === spoilt) await state.write({ "albert.pooler.bias": values });
          return outputs;
        },
      };
    },
  };
}
