import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { type BackendName, selectBackend } from "../../backend/select.ts";
import { RandomStream } from "../../lib/random.ts";
import { albert } from "../../model/config.ts";
import { gradientName, initialState } from "../../model/gradient-program.ts";
import { initialParameters } from "../../model/initial-parameters.ts";
import { pretrainingPrograms } from "../../model/pretraining.ts";
import { makeBatch } from "../../stages/train/batches.ts";
import { lengthOf, readExamples, viewOf } from "../../stages/train/example-set.ts";
import { params } from "../../stages/train/params.ts";
import { lengthsFor } from "../../stages/train/shape.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { faulty } from "./faulty-backend.ts";
import { countingExamples, type Example, exampleTable, MODEL, PIECES } from "./rig.ts";
import { copyOf, filesBelow, trained } from "./trained.ts";

/** Of 9 to 13 pieces; padded to 16 where nothing else is said. */
const rows = countingExamples(60);
const read = () => readExamples(exampleTable(rows), PIECES.length);

let backend: Backend;
beforeAll(async () => {
  backend = await selectBackend("onnxruntime", { threads: 1 });
});
afterAll(() => backend.dispose());

/** Several epochs, dropout, masks of each epoch's own, and a last batch of each bin that is not full. */
const RAW = {
  model: { ...MODEL, hiddenDropoutProb: 0.1, attentionProbsDropoutProb: 0.1 },
  lengthBins: [10, 12],
  trainBatchSize: 7,
  redraw: "masks",
  numTrainSteps: 11,
  logEverySteps: 2,
  evaluateEverySteps: 5,
  saveEverySteps: 3,
  heldoutSample: 6,
};

const made = async ({
  curve,
  trustRatios,
  scores,
  folder,
}: Awaited<ReturnType<typeof trained>>) => ({
  curve,
  trustRatios,
  scores,
  files: await filesBelow(folder),
});

describe.each<BackendName>(["cpu", "onnxruntime"])("on %s", (name) => {
  test("a batch padded to its bin has the loss and gradients of one padded to the longest", async () => {
    const on = await selectBackend(name, { threads: 1 });
    const set = await read();
    const short = [...set.train].filter((example) => lengthOf(set, example) <= 12).slice(0, 4);
    const config = { ...albert("mini", MODEL), vocabSize: PIECES.length };
    const { optimiser } = params.parse({});
    const computed = async (sequenceLength: number, maskedPositions: number) => {
      const shape = { batchSize: 4, sequenceLength, maskedPositions };
      const programs = pretrainingPrograms(config, shape, optimiser);
      const values = initialParameters(programs.parameters, config, 1);
      const state = await on.createState(programs.state, initialState(programs.state, values));
      const gradients = await on.compile(programs.gradients, state);
      const { inputs } = makeBatch(
        short.map((example) => viewOf(set, example)),
        shape,
      );
      const outputs = await gradients.run(inputs);
      return {
        outputs,
        state: await state.read(Object.keys(programs.parameters).map(gradientName)),
      };
    };
    const binned = await computed(12, 8);
    const full = await computed(24, 12);
    for (const [output, [value]] of Object.entries(full.outputs))
      expect(binned.outputs[output]![0]!, output).toBeCloseTo(value!, 5);
    let [distance, norm] = [0, 0];
    for (const [gradient, values] of Object.entries(full.state))
      for (const [index, value] of values.entries()) {
        distance += (binned.state[gradient]![index]! - value) ** 2;
        norm += value ** 2;
      }
    expect(norm).toBeGreaterThan(0);
    expect(Math.sqrt(distance / norm)).toBeLessThan(2e-6);
    await on.dispose();
  });
});

describe("a training in bins", () => {
  test("measures what one without bins does", async () => {
    // The first step of a warm-up has the rate 0: both measure the same model.
    const { lengthBins, ...raw } = { ...RAW, numTrainSteps: 1, warmupSteps: 1 };
    const without = await trained({ on: backend, raw, rows });
    const { scores } = await trained({ on: backend, raw: { ...raw, lengthBins }, rows });
    for (const [index, { value }] of without.scores.entries())
      expect(scores[index]!.value).toBeCloseTo(value, 5);
  });

  test("pads each batch to its length, and has the same bits after a kill at any time", async () => {
    const lengths: number[] = [];
    const seen = faulty(backend, "pretraining-gradients", (program, _, outputs) => {
      lengths.push(program.inputs["input_ids"]!.shape[1]!);
      return outputs();
    });
    const run = await trained({ on: seen, raw: RAW, rows });
    expect(run.logs[0]).toContain("batches of 7 by 10, 12, 16;");
    expect(lengths).toHaveLength(11);
    expect(new Set(lengths)).toEqual(new Set([10, 12, 16]));
    expect(lengths).not.toEqual(lengths.toSorted((a, b) => a - b));
    expect(run.curve.at(-1)!.epochs).toBeCloseTo((11 * 7) / 48, 12);

    const given = { on: backend, raw: { ...RAW, microBatchSize: 3 }, rows };
    const unfinished = await tempFolder();
    const last = 1 + new RandomStream(Date.now(), "kills").below(run.curve.length);
    let [row, killed] = [0, unfinished];
    const onRow = async () => {
      if (++row === last) killed = await copyOf(unfinished);
    };
    const whole = await made(await trained({ ...given, unfinished, onRow }));
    expect(await made(await trained({ ...given, unfinished: killed })), `row ${last}`).toEqual(
      whole,
    );
    for (const [index, row] of whole.curve.entries())
      expect(row.masked_lm_loss / run.curve[index]!.masked_lm_loss).toBeCloseTo(1, 4);
  });

  test("takes smaller parts where memory runs out at one length", async () => {
    const small = faulty(backend, "pretraining-gradients", (program, _, outputs) => {
      const [examples, pieces] = program.inputs["input_ids"]!.shape as [number, number];
      if (examples * pieces > 64) throw new Error("std::bad_alloc");
      return outputs();
    });
    const run = await trained({ on: small, raw: RAW, rows });
    expect(run.logs.filter((line) => line.startsWith("warn: memory ran out"))).toHaveLength(1);
    const parts = await trained({ on: backend, raw: { ...RAW, microBatchSize: 4 }, rows });
    expect(run.curve).toEqual(parts.curve);
  });
});

describe("the lengths below the longest", () => {
  const ROOM = { maxPositionEmbeddings: 128 };

  test("are those that are asked for and shorter, with the targets that they can have", async () => {
    const set = await read();
    const given = { lengthBins: [10, 12, 16] };
    const shorter = (raw: object) => lengthsFor(set, params.parse(raw), ROOM).shorter;
    const targets = (raw: object) => shorter({ ...given, ...raw });
    const [masks, pieces] = [{ redraw: "masks" }, { masking: { maskedLmProb: 0.5 } }];
    expect(targets({})).toEqual([
      { sequenceLength: 10, mostTargets: 2 },
      { sequenceLength: 12, mostTargets: 2 },
    ]);
    expect(targets({ ...masks, ...pieces })).toEqual([
      { sequenceLength: 10, mostTargets: 5 },
      { sequenceLength: 12, mostTargets: 6 },
    ]);
    expect(shorter({})).toEqual([]);
  });

  test("are found where none are given", async () => {
    const long = rows.map((row, index) => (index % 4 === 0 ? stretched(row, 90) : row));
    const set = await readExamples(exampleTable(long), PIECES.length);
    expect(lengthsFor(set, params.parse({ lengthBins: "auto" }), ROOM)).toEqual({
      sequenceLength: 96,
      mostTargets: 2,
      shorter: [{ sequenceLength: 16, mostTargets: 2 }],
    });
  });
});

/** An example with its second segment made longer. */
function stretched(row: Example, length: number): Example {
  const more = Array.from({ length: length - row.ids.length }, () => row.ids[1]!);
  const ids = [...row.ids.slice(0, -1), ...more, row.ids.at(-1)!];
  return { ...row, ids, types: [...row.types, ...more.map(() => 1)] };
}
