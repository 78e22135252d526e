import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import type { AlbertConfig } from "../../model/config.ts";
import { gradientName, initialState } from "../../model/gradient-program.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { pretrainingPrograms } from "../../model/pretraining.ts";
import { formulaParameters, formulaValues, smallBatch, smallConfig, smallShape } from "./gold.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await cpuBackend();
});
afterAll(() => backend.dispose());

test.each<[string, Partial<AlbertConfig>]>([
  ["shared layers", {}],
  ["attention shared only, exact gelu", { sharing: "attention", hiddenAct: "gelu" }],
  ["feed-forward shared only", { sharing: "ffn" }],
  ["dropout", { hiddenDropoutProb: 0.2, attentionProbsDropoutProb: 0.3 }],
])("the gradient is the loss's slope in random directions: %s", async (_, changes) => {
  const programs = pretrainingPrograms(smallConfig(changes), smallShape, optimiserSchema.parse({}));
  const parameters = formulaParameters(programs.parameters);
  const state = await backend.createState(programs.state, initialState(programs.state, parameters));
  const executable = await backend.compile(programs.gradients, state);
  const dropout = changes.hiddenDropoutProb ? { dropout_seed: Int32Array.of(11) } : {};
  const run = () => executable.run({ ...smallBatch(), ...dropout });
  const lossAt = async (direction: Record<string, Float32Array>, distance: number) => {
    const moved = Object.entries(parameters).map(([name, values]) => [
      name,
      Float32Array.from(values, (value, index) => value + distance * direction[name]![index]!),
    ]);
    await state.write(Object.fromEntries(moved));
    const outputs = await run();
    return outputs["masked_lm_loss"]![0]! + outputs["sentence_order_loss"]![0]!;
  };
  await run();
  const gradients = await state.read(Object.keys(parameters).map(gradientName));
  for (let trial = 0; trial < 3; trial++) {
    const directions = Object.entries(parameters).map(([name, { length }], index) => [
      name,
      formulaValues(1000 * (trial + 1) + index, length, 1),
    ]);
    const direction: Record<string, Float32Array> = Object.fromEntries(directions);
    let slope = 0;
    for (const [name, values] of Object.entries(direction))
      for (const [index, value] of values.entries())
        slope += value * gradients[gradientName(name)]![index]!;
    const distance = 1e-3;
    const difference =
      ((await lossAt(direction, distance)) - (await lossAt(direction, -distance))) / (2 * distance);
    expect(Math.abs(difference - slope)).toBeLessThan(0.01 * Math.max(1, Math.abs(slope)));
  }
  await state.dispose();
});
