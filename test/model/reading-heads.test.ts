import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import { type ClassificationTask, classificationPrograms } from "../../model/classification.ts";
import { gradientName, initialState } from "../../model/gradient-program.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { formulaParameters, formulaValues, smallBatch, smallConfig, smallShape } from "./gold.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await cpuBackend();
});
afterAll(() => backend.dispose());

const { batchSize: B, sequenceLength: T } = smallShape;
const { input_ids, attention_mask, token_type_ids } = smallBatch();
const inputs = {
  input_ids: input_ids!,
  attention_mask: attention_mask!,
  token_type_ids: token_type_ids!,
};

async function compiled(task: ClassificationTask) {
  const programs = classificationPrograms(
    smallConfig({}),
    smallShape,
    task,
    0,
    optimiserSchema.parse({}),
  );
  const parameters = formulaParameters(programs.parameters);
  const state = await backend.createState(programs.state, initialState(programs.state, parameters));
  const gradients = await backend.compile(programs.gradients, state);
  const predict = await backend.compile(programs.predict, state);
  return { parameters, state, gradients, predict };
}

/** Cross-entropy of each row of logits, in nats. */
function crossEntropies(logits: ArrayLike<number>, width: number, labels: readonly number[]) {
  return labels.map((label, row) => {
    const own = Array.from({ length: width }, (_, at) => logits[row * width + at]!);
    const most = Math.max(...own);
    const total = own.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
    return Math.log(total) + most - own[label]!;
  });
}

const cases: [string, ClassificationTask, width: number, labels: number[]][] = [
  ["a span", { kind: "span" }, T, Array.from({ length: 2 * B }, (_, row) => row % 3)],
  ["a choice", { kind: "choice", options: B }, B, [1]],
];

describe.each(cases)("%s", (_, task, width, labels) => {
  const weights = Float32Array.from(labels, () => 1);
  const targets = { labels: Int32Array.from(labels), weights };

  test("the loss is the mean cross-entropy of the logits", async () => {
    const { gradients, predict, state } = await compiled(task);
    const { logits } = await predict.run(inputs);
    expect(logits).toHaveLength(labels.length * width);
    const each = crossEntropies(logits as Float32Array, width, labels);
    const { loss } = await gradients.run({ ...inputs, ...targets });
    expect(loss![0]).toBeCloseTo(each.reduce((sum, value) => sum + value, 0) / each.length, 5);
    await state.dispose();
  });

  test("the gradient is the loss's slope", async () => {
    const { parameters, gradients, state } = await compiled(task);
    const lossAt = async (direction: Record<string, Float32Array>, distance: number) => {
      const moved = Object.entries(parameters).map(([name, values]) => [
        name,
        Float32Array.from(values, (value, at) => value + distance * direction[name]![at]!),
      ]);
      await state.write(Object.fromEntries(moved));
      return (await gradients.run({ ...inputs, ...targets }))["loss"]![0]!;
    };
    await gradients.run({ ...inputs, ...targets });
    const found = await state.read(Object.keys(parameters).map(gradientName));
    const direction: Record<string, Float32Array> = Object.fromEntries(
      Object.entries(parameters).map(([name, { length }], index) => [
        name,
        formulaValues(1000 + index, length, 1),
      ]),
    );
    let slope = 0;
    for (const [name, values] of Object.entries(direction))
      for (const [at, value] of values.entries()) slope += value * found[gradientName(name)]![at]!;
    const difference = ((await lossAt(direction, 1e-3)) - (await lossAt(direction, -1e-3))) / 2e-3;
    expect(Math.abs(difference - slope)).toBeLessThan(0.01 * Math.max(1, Math.abs(slope)));
    await state.dispose();
  });
});
