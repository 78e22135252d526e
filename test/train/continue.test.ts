import { truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { selectBackend } from "../../backend/select.ts";
import { readCheckpoint } from "../../model/checkpoint.ts";
import { continueParams } from "../../stages/train/params.ts";
import { further } from "../../stages/train/run.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import {
  countingExamples,
  exampleTable,
  MODEL,
  PIECES,
  recordingContext,
  tokenizerInput,
} from "./rig.ts";
import { trained } from "./trained.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await selectBackend("onnxruntime", { threads: 1 });
});
afterAll(() => backend.dispose());

/** The folder of a first training. */
async function firstPhase(): Promise<string> {
  const model = { ...MODEL, hiddenDropoutProb: 0.1 };
  const raw = { model, numTrainSteps: 6, trainBatchSize: 4 };
  return (await trained({ on: backend, raw })).folder;
}

/** Goes on with it on examples of its own. */
async function continued(first: string, raw: object, pieces = PIECES) {
  const folder = await tempFolder();
  const { context, logs } = recordingContext(
    {},
    {
      folder,
      resumption: { folder: await tempFolder(), earlier: undefined },
    },
  );
  const inputs = {
    examples: exampleTable(countingExamples(40, 2)),
    tokenizer: await tokenizerInput(pieces),
    checkpoint: { path: join(first, "checkpoint") },
    optimiser: { path: join(first, "optimiser") },
  };
  const params = continueParams.parse({ numTrainSteps: 2, trainBatchSize: 4, ...raw });
  for await (const _ of further(inputs, { ...context, params }, backend));
  return { folder, logs };
}

const parametersIn = async (folder: string) =>
  (await readCheckpoint(join(folder, "checkpoint"))).parameters;

test("a second phase begins with the first one's parameters, and keeps its moments if asked", async () => {
  const first = await firstPhase();
  // The first step of a warm-up has the rate 0.
  const still = await continued(first, { numTrainSteps: 1, warmupSteps: 1 });
  expect(await parametersIn(still.folder)).toEqual(await parametersIn(first));
  const kept = await continued(first, { warmupSteps: 0 });
  const fresh = await continued(first, { warmupSteps: 0, moments: "fresh" });
  expect(await parametersIn(kept.folder)).not.toEqual(await parametersIn(fresh.folder));
});

test("dropout may be given up on the way", async () => {
  const { folder } = await continued(await firstPhase(), { hiddenDropoutProb: 0 });
  const { config } = await readCheckpoint(join(folder, "checkpoint"));
  expect(config).toMatchObject({ ...MODEL, hiddenDropoutProb: 0 });
});

test("another vocabulary and a broken checkpoint are errors that say so", async () => {
  const first = await firstPhase();
  await expect(continued(first, {}, [...PIECES.slice(0, -1), "zz"])).rejects.toMatchObject({
    name: "PipelineError",
    message: "the checkpoint has another vocabulary",
  });
  await truncate(join(first, "checkpoint", "model.safetensors"), 5000);
  await expect(continued(first, {})).rejects.toMatchObject({
    name: "PipelineError",
    message: "not a valid safetensors file",
  });
});
