import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FileStore } from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import { CONFIGS, Project } from "./project.ts";
import { expectDone } from "./said.ts";

const project = new Project(CONFIGS.whole);
beforeAll(() => void project.make());
afterAll(() => project[Symbol.dispose]());

const STEPS = 40;
const TRAIN = [
  `train.numTrainSteps=${STEPS}`,
  "train.decay=constant",
  "train.warmupSteps=4",
  "train.saveEverySteps=6",
  "train.model.hiddenDropoutProb=0.1",
];
const running = (...more: readonly string[]) => [
  ...["run", "train", "--ui", "json"],
  ...[...TRAIN, ...more].flatMap((setting) => ["--set", setting]),
];
const run = running();

/** Of everything but `costs`, which are of a run. */
async function digests() {
  const store = await FileStore.open(project.store, { write: false });
  const { costs: _, ...outputs } = (await store.latest("train"))!.manifest.outputs;
  return outputs;
}

it("a training that is killed at random steps ends with the bits of one that had fewer steps at first", async () => {
  const fewer = STEPS / 2;
  expectDone(await project.run(...running(`train.numTrainSteps=${fewer}`)));
  const more = await project.run(...run);
  expectDone(more);
  const steps = more.events.flatMap((each) => (each.type === "node-progress" ? [each.done] : []));
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(fewer);
  expect(more.stdout).toContain(`goes on from step ${fewer}`);
  const whole = await digests();
  rmSync(join(project.store, "train"), { recursive: true });

  const random = new RandomStream(Date.now(), "kills");
  let killed = 0;
  for (const signal of ["SIGKILL", "SIGTERM", "SIGKILL"] as const) {
    const command = project.start(...run);
    const after = 1 + random.below(STEPS - 10);
    await command.event(
      (event) => event.type === "node-progress" && event.node === "train" && event.done >= after,
    );
    command.kill(signal);
    const left = await command.ended;
    if (signal === "SIGKILL" ? left.signal === signal : left.status === 143) killed++;
  }
  expect(killed).toBeGreaterThan(0);
  const last = await project.run(...run);
  expectDone(last);
  expect(await digests()).toEqual(whole);
}, 300_000);
