import { expect, test } from "vitest";
import type { Backend, Program, TensorMap } from "../../backend/backend.ts";
import { allZeros } from "../../backend/border.ts";
import type { Taken } from "../../stages/train/clock.ts";
import type { Timed } from "../../stages/train/estimate/measure.ts";
import { timeLengths, timeTraining } from "../../stages/train/estimate/measure.ts";
import { params } from "../../stages/train/params.ts";
import { MODEL } from "./rig.ts";

const { model, optimiser } = params.parse({ model: MODEL, optimiser: { name: "adamw" } });
const TIMED: Timed = {
  config: { ...model, vocabSize: 50 },
  optimiser,
  precision: "float32",
  recompute: false,
  batchSize: 4,
  microBatchSize: 2,
  sequenceLength: 16,
  mostTargets: 2,
};

/** Seconds that a run takes, beside 5 for compiling; of gradients, so many a piece of a part. */
const PER_PIECE = 1 / 64;
const UPDATE = 0.25;
const EVALUATION = 2;
const COMPILING = 5;
const RESULTS = ["masked_lm", "sentence_order"].flatMap((of) =>
  ["loss", "correct", "count"].map((what) => `${of}_${what}`),
);

/** A backend that computes nothing, in a time of its own, on two processors. */
function timelessBackend() {
  let seconds = 100;
  const runs: Record<string, number> = {};
  const kindOf = ({ name }: Program) =>
    /apply/.test(name) ? "update" : /gradients/.test(name) ? "gradients" : "evaluation";
  const outputs: TensorMap = Object.fromEntries(
    [...RESULTS, "gradient_norm"].map((name) => [name, Float32Array.of(1)]),
  );
  const backend: Backend = {
    name: "timeless",
    description: "timeless",
    version: "timeless",
    precisions: ["float32"],
    createState: async (specs) => ({
      specs,
      read: async () => allZeros(specs),
      write: async () => {},
      dispose: async () => {},
    }),
    compile: async (program) => {
      seconds += COMPILING;
      const kind = kindOf(program);
      return {
        dispose: async () => {},
        run: async ({ input_ids }) => {
          runs[kind] = (runs[kind] ?? 0) + 1;
          seconds +=
            kind === "gradients"
              ? PER_PIECE * input_ids!.length
              : kind === "update"
                ? UPDATE
                : EVALUATION;
          return outputs;
        },
      };
    },
    dispose: async () => {},
  };
  const clock = (): Taken => ({ seconds, cpuSeconds: 2 * seconds });
  return { backend, clock, runs };
}

const taken = (seconds: number) => ({ seconds, cpuSeconds: 2 * seconds });

test("programs are timed apart from compiling them, each for its share of the time", async () => {
  const { backend, clock, runs } = timelessBackend();
  // Two parts of 2 x 16 pieces: a second.
  const timings = await timeTraining(backend, TIMED, 10, clock);
  expect(timings).toEqual({
    start: taken(3 * COMPILING + 1 + UPDATE + EVALUATION),
    gradients: taken(1),
    update: taken(UPDATE),
    evaluation: taken(EVALUATION),
  });
  // The first runs, then 7 seconds of gradients, 1 of updates and 2 of evaluation; each batch is of two parts.
  expect(runs).toEqual({ gradients: 2 * (1 + 7), update: 1 + 4, evaluation: 1 + 1 });
});

test("something that takes no time is not run for ever, nothing is run less than once", async () => {
  const long = timelessBackend();
  await timeTraining(long.backend, TIMED, 1e9, long.clock);
  expect(long.runs).toEqual({ gradients: 2 * 31, update: 31, evaluation: 31 });
  const none = timelessBackend();
  await timeTraining(none.backend, TIMED, 0, none.clock);
  expect(none.runs).toEqual({ gradients: 2 * 2, update: 2, evaluation: 2 });
});

test("of several lengths the time is that of the batches of each", async () => {
  const { backend, clock, runs } = timelessBackend();
  const { sequenceLength: _, mostTargets, ...timed } = TIMED;
  const lengths = [
    { sequenceLength: 8, mostTargets, training: 0.75, heldout: 0.5 },
    { sequenceLength: 12, mostTargets, training: 0, heldout: 0 },
    { sequenceLength: 16, mostTargets, training: 0.25, heldout: 0.5 },
  ];
  const timings = await timeLengths(backend, timed, lengths, 0, clock);
  expect(timings).toEqual({
    start: taken(2 * (3 * COMPILING + UPDATE + EVALUATION) + 0.5 + 1),
    gradients: taken(0.75 * 0.5 + 0.25),
    update: taken(UPDATE),
    evaluation: taken(EVALUATION),
  });
  expect(runs["gradients"]).toBe(2 * 2 * 2);
});
