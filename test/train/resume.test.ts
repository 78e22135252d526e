import { readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { selectBackend } from "../../backend/select.ts";
import { RandomStream } from "../../lib/random.ts";
import { continues, params } from "../../stages/train/params.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { noGradients } from "./faulty-backend.ts";
import { MODEL } from "./rig.ts";
import { copyOf, filesBelow, type Given, trained } from "./trained.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await selectBackend("onnxruntime", { threads: 1 });
});
afterAll(() => backend.dispose());

/** Dropout, parts of batches, several epochs, and every interval out of step with the others. */
const RAW = {
  model: { ...MODEL, hiddenDropoutProb: 0.1, attentionProbsDropoutProb: 0.1 },
  trainBatchSize: 5,
  microBatchSize: 2,
  numTrainSteps: 23,
  logEverySteps: 2,
  evaluateEverySteps: 5,
  saveEverySteps: 4,
  heldoutSample: 6,
};

const made = async (run: Awaited<ReturnType<typeof trained>>) => {
  const { curve, trustRatios, divergences, scores, folder } = run;
  return { curve, trustRatios, divergences, scores, files: await filesBelow(folder) };
};

/** Trains by pieces: each is asked to stop once it has yielded so many rows of its own. */
async function interrupted(given: Given, rows: readonly number[]) {
  const unfinished = await tempFolder();
  let stops = 0;
  for (const last of rows) {
    const stop = new AbortController();
    let seen = 0;
    const onRow = () => {
      if (++seen === last) stop.abort();
    };
    await trained({ ...given, unfinished, signal: stop.signal, onRow }).catch((error: Error) => {
      expect(error.message).toContain("abort");
      stops++;
    });
  }
  expect(stops).toBe(rows.length);
  return trained({ ...given, unfinished });
}

describe("a training that is interrupted and goes on", () => {
  const given = () => ({ on: backend, raw: RAW });

  test("has the same bits as one that is not, wherever it is stopped", async () => {
    const whole = await made(await trained(given()));
    expect(Object.keys(whole.files)).toEqual(
      expect.arrayContaining(["checkpoint/model.safetensors", "optimiser/optimiser.safetensors"]),
    );
    expect(Object.keys(whole.files).filter((file) => /^checkpoints.*model/.test(file))).toEqual(
      [12, 16, 20].map((step) => `checkpoints/step-000000${step}/model.safetensors`),
    );
    const random = new RandomStream(Date.now(), "interruptions");
    const rows = Array.from({ length: 3 }, (_, index) => 1 + 4 * index + random.below(4));
    expect(await made(await interrupted(given(), rows)), `stopped at rows ${rows}`).toEqual(whole);
  });

  test("also where the process is killed, and where the newest state is damaged", async () => {
    const whole = await made(await trained(given()));
    const left: string[] = [];
    const unfinished = await tempFolder();
    const onRow = async () => void left.push(await copyOf(unfinished));
    await trained({ ...given(), unfinished, onRow });
    const random = new RandomStream(Date.now(), "kills");
    const killed = left[random.below(left.length)]!;
    expect(await made(await trained({ ...given(), unfinished: killed }))).toEqual(whole);

    const damaged = left.at(-1)!;
    const states = (await readdir(damaged)).filter((name) => name.startsWith("step-")).sort();
    expect(states).toHaveLength(3);
    await truncate(join(damaged, states.at(-1)!, "model.safetensors"), 1000);
    const resumed = await trained({ ...given(), unfinished: damaged });
    expect(await made(resumed)).toEqual(whole);
    expect(resumed.logs.join("\n")).toMatch(/warn: .*step-00000020 is damaged/);
    expect(resumed.logs.join("\n")).toContain("goes on from step 16");
  });

  test("also where it had been rolled back", async () => {
    const raw = { ...RAW, divergence: { policy: "rollback" } };
    // Calls go on counting over the pieces: the fault is put where a step is, by its third part.
    const at = (on: Backend, steps: readonly number[], from = 0) =>
      noGradients(on, (call) => steps.some((step) => call === (step - from) * 3 + 2));
    const whole = await made(await trained({ on: at(backend, [9]), raw }));
    expect(whole.divergences.length).toBeGreaterThan(0);
    const stop = new AbortController();
    const unfinished = await tempFolder();
    const onRow = ({ rollbacks }: { rollbacks: number }) => {
      if (rollbacks > 0) stop.abort();
    };
    const first = trained({ on: at(backend, [9]), raw, unfinished, signal: stop.signal, onRow });
    await expect(first).rejects.toThrow("abort");
    expect(await made(await trained({ on: backend, raw, unfinished }))).toEqual(whole);
  });
});

describe("more steps on the same data", () => {
  const raw = { ...RAW, decay: "constant", warmupSteps: 3 };

  test("go on from a finished training, with the bits of one that never ended", async () => {
    const whole = await made(await trained({ on: backend, raw }));
    for (const numTrainSteps of [10, 13]) {
      const shorter = await trained({ on: backend, raw: { ...raw, numTrainSteps } });
      const longer = await trained({ on: backend, raw, earlier: shorter.folder });
      expect(longer.logs.join("\n")).toContain(`goes on from step ${numTrainSteps}`);
      expect(await made(longer)).toEqual(whole);
    }
  });

  test.each<[string, object, object, boolean]>([
    ["a constant rate", { decay: "constant", warmupSteps: 5 }, {}, true],
    ["a decay that ends at a step of its own", { decaySteps: 900, warmupSteps: 5 }, {}, true],
    ["a decay to the last step", { warmupSteps: 5 }, {}, false],
    ["a warm-up that follows the steps", { decay: "constant" }, {}, false],
    ["another batch size", { decay: "constant", warmupSteps: 5 }, { trainBatchSize: 8 }, false],
    ["fewer steps", { decay: "constant", warmupSteps: 5, numTrainSteps: 900 }, {}, false],
  ])("%s", (_, earlier, changes, expected) => {
    const was = params.parse({ numTrainSteps: 100, ...earlier });
    const is = params.parse({ ...earlier, numTrainSteps: 500, ...changes });
    expect(continues(was, is)).toBe(expected);
  });
});
