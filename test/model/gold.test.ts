import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend, State, TensorMap, TensorSpecs } from "../../backend/backend.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import { applyProgram } from "../../model/apply-program.ts";
import { classificationPrograms } from "../../model/classification.ts";
import { gradientName, initialState } from "../../model/gradient-program.ts";
import { applyInputs, optimiserSchema } from "../../model/optimiser.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import { pretrainingPrograms } from "../../model/pretraining.ts";
import {
  formulaParameters,
  formulaValues,
  normOf,
  readGold,
  smallBatch,
  smallConfig,
  smallFeatures,
  smallShape,
} from "./gold.ts";

const gold = readGold("albert.json");
const adamw = optimiserSchema.parse({ name: "adamw", biasCorrection: true, clipNorm: 0.5 });

let backend: Backend;
beforeAll(async () => {
  backend = await cpuBackend();
});
afterAll(() => backend.dispose());

const states: State[] = [];
async function stateOf(specs: TensorSpecs, parameters: TensorSpecs): Promise<State> {
  const state = await backend.createState(
    specs,
    initialState(specs, formulaParameters(parameters)),
  );
  states.push(state);
  return state;
}
afterAll(() => Promise.all(states.map((state) => state.dispose())));

/** Gradient norms agree, each to a part of the whole's norm: that of the key bias is 0 but for rounding. */
async function expectGradientNorms(state: State, norms: Record<string, number>) {
  const whole = normOf(Object.values(norms));
  const gradients = await state.read(Object.keys(norms).map(gradientName));
  for (const [name, norm] of Object.entries(norms)) {
    const error = Math.abs(normOf(gradients[gradientName(name)]!) - norm);
    expect(error / whole, name).toBeLessThan(2e-6);
  }
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], digits = 5) {
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, digits);
}

describe.each([
  ["classes", { kind: "classes", classes: 3 }, Int32Array.of(2, 0, 1)],
  ["regression", { kind: "regression" }, Float32Array.of(0.5, -1, 2)],
  ["span", { kind: "span" }, Int32Array.of(3, 0, 8, 7, 0, 8)],
  ["choice", { kind: "choice", options: 3 }, Int32Array.of(1)],
] as const)("fine-tuning as in transformers: %s", (name, task, labels) => {
  test("loss, logits and gradients", async () => {
    const programs = classificationPrograms(smallConfig(), smallShape, task, 0, adamw);
    const state = await stateOf(programs.state, programs.parameters);
    const gradients = await backend.compile(programs.gradients, state);
    const weights = new Float32Array(labels.length).fill(1);
    const outputs = await gradients.run({ ...smallFeatures(), labels, weights });
    expect(outputs["loss"]![0]).toBeCloseTo(gold[name].loss, 4);
    await expectGradientNorms(state, gold[name].gradient_norms);
    const predict = await backend.compile(programs.predict, state);
    const { logits } = await predict.run(smallFeatures());
    expect(logits).toHaveLength(gold[name].logits.length);
    // Of spans those at padding are low, and count nowhere.
    const { attention_mask: mask } = smallFeatures();
    const counts = (at: number) => task.kind !== "span" || mask[at % mask.length] === 1;
    for (const [at, value] of gold[name].logits.entries())
      if (counts(at)) expect(logits![at]).toBeCloseTo(value, 5);
  });
});

test("LAMB as in google-research/albert", async () => {
  const expected = readGold("lamb.json");
  const optimiser = optimiserSchema.parse({});
  const names = Object.keys(expected);
  const parameters: TensorSpecs = Object.fromEntries(
    names.map((name) => [name, { shape: [expected[name].parameter.length], dtype: "float32" }]),
  );
  const sizes = names.map((name) => expected[name].parameter.length as number);
  const initial: Record<string, TensorMap[string]> = {};
  for (const [stream, name] of names.entries())
    initial[name] = formulaValues(stream, sizes[stream]!, name === "zero.weight" ? 0 : 0.3);
  const program = applyProgram(parameters, optimiser);
  const state = await backend.createState(program.state, initialState(program.state, initial));
  const apply = await backend.compile(program, state);
  for (let step = 0; step < 3; step++) {
    const gradients = names.map((name, index) => [
      gradientName(name),
      formulaValues(100 * step + 50 + index, sizes[index]!, name === "still.weight" ? 0 : 0.1),
    ]);
    await state.write(Object.fromEntries(gradients));
    await apply.run(applyInputs(optimiser, step, 0.01, 0.5));
  }
  const values = await state.read();
  for (const name of names) {
    expectClose(values[name]!, expected[name].parameter, 6);
    expectClose(values[`first_moment/${name}`]!, expected[name].first, 7);
    expectClose(values[`second_moment/${name}`]!, expected[name].second, 8);
  }
  await state.dispose();
});

test("parameters that only some layers share get the sum of their layers' gradients", async () => {
  const shared = pretrainingPrograms(smallConfig({ sharing: "attention" }), smallShape, adamw);
  const own = pretrainingPrograms(smallConfig({ sharing: "none" }), smallShape, adamw);
  const values = formulaParameters(pretrainingParameters(smallConfig({ sharing: "attention" })));
  const copied = Object.fromEntries(
    Object.keys(own.parameters).map((name) => [
      name,
      values[name] ?? values[name.replace(/groups\.\d+/, "groups.0")]!,
    ]),
  );
  const sharedState = await backend.createState(shared.state, initialState(shared.state, values));
  const ownState = await backend.createState(own.state, initialState(own.state, copied));
  await (await backend.compile(shared.gradients, sharedState)).run(smallBatch());
  await (await backend.compile(own.gradients, ownState)).run(smallBatch());
  const of = (layer: number) =>
    gradientName(
      `albert.encoder.albert_layer_groups.${layer}.albert_layers.0.attention.value.weight`,
    );
  const sum = (await sharedState.read([of(0)]))[of(0)]!;
  const parts = await ownState.read([of(0), of(1), of(2)]);
  for (const [index, value] of sum.entries()) {
    const expected = parts[of(0)]![index]! + parts[of(1)]![index]! + parts[of(2)]![index]!;
    expect(value).toBeCloseTo(expected, 5);
  }
  await Promise.all([sharedState.dispose(), ownState.dispose()]);
});
