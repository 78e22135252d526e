import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { RunEvent } from "../../engine/index.ts";
import type { Left } from "./command.ts";
import { CONFIGS, Project } from "./project.ts";

/** What two backends' losses may differ by at the end. */
const TOLERANCE = 1e-3;

interface Surroundings {
  readonly variables?: NodeJS.ProcessEnv;
  /** So many that some are left when a kill arrives. */
  readonly steps: number;
  /** Whether its sums have one order, so that a resumed training has the bits of one that was not. */
  readonly exact: boolean;
}

/**
 * One command from text to scores on a backend, killed while it trains and started again. Skipped, with what doctor
 * says, where the backend is not there.
 */
export async function runsOn(
  backend: string,
  { variables = {}, steps, exact }: Surroundings,
): Promise<void> {
  const project = new Project(CONFIGS.whole).make();
  afterAll(() => project[Symbol.dispose]());
  const doctor = await project.startWith(variables, "doctor").ended;
  const missing = new RegExp(`^ {2}${backend} +not available: (.*)$`, "m").exec(doctor.stdout)?.[1];

  const settings = [
    `train.numTrainSteps=${steps}`,
    "train.saveEverySteps=2",
    "train.logEverySteps=1",
    `train.evaluateEverySteps=${steps / 2}`,
    "train.model.hiddenDropoutProb=0.1",
  ];
  const run = (on: string) => [
    ...["run", "--ui", "json"],
    ...[...settings, `train.backend=${on}`, `eval.backend=${on}`].flatMap((each) => [
      "--set",
      each,
    ]),
  ];
  const done = async (...args: readonly string[]): Promise<Left> => {
    const left = await project.startWith(variables, ...args).ended;
    expect(left.status, left.stdout + left.stderr).toBe(0);
    return left;
  };

  describe.skipIf(missing !== undefined)(
    `a run on ${backend}${missing ? `: ${missing}` : ""}`,
    () => {
      it("is killed, goes on, ends with scores, and loses as much as on the processor", async () => {
        const killed = project.startWith(variables, ...run(backend));
        await killed.event((event) => stepsDone(event) >= 3);
        killed.kill("SIGKILL");
        expect((await killed.ended).signal).toBe("SIGKILL");
        const resumed = await done(...run(backend));
        expect(beganAt(resumed)).toBeGreaterThanOrEqual(2);
        expect(beganAt(resumed)).toBeLessThan(steps);
        expect(finished(resumed)).toEqual(expect.arrayContaining(["train", "eval"]));
        expect(heldoutLoss(resumed)).toBeGreaterThan(0);

        const usual = await done(...run("onnxruntime"));
        expect(Math.abs(heldoutLoss(resumed) - heldoutLoss(usual))).toBeLessThan(TOLERANCE);

        rmSync(join(project.store, "train"), { recursive: true });
        const whole = await done(...run(backend));
        const gap = Math.abs(heldoutLoss(resumed) - heldoutLoss(whole));
        if (exact) expect(gap).toBe(0);
        else expect(gap).toBeLessThan(TOLERANCE);
      });
    },
  );
}

function stepsDone(event: RunEvent): number {
  return event.type === "node-progress" && event.node === "train" ? event.done : 0;
}

/** The step that a training went on from. */
function beganAt({ events }: Left): number {
  const said = events.flatMap((event) => (event.type === "node-log" ? event.message : []));
  return Number(/goes on from step (\d+)/.exec(said.join("\n"))?.[1]);
}

function finished({ events }: Left): string[] {
  return events.flatMap((event) =>
    event.type === "node-finished" && event.how === "ran" ? [event.node] : [],
  );
}

/** Masked LM's, at the end. */
function heldoutLoss({ events }: Left): number {
  const losses = events.flatMap((event) =>
    event.type === "node-metric" ? (event.values["heldout_masked_lm_loss"] ?? []) : [],
  );
  return losses.at(-1) ?? Number.NaN;
}
