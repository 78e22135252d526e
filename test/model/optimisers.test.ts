import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backend, TensorMap, TensorSpecs } from "../../backend/backend.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import { applyProgram } from "../../model/apply-program.ts";
import { gradientName, initialState } from "../../model/gradient-program.ts";
import { applyInputs, optimiserSchema } from "../../model/optimiser.ts";
import { formulaValues, normOf, readGold } from "./gold.ts";

/** What test/gold/optimisers_gold.py wrote. */
interface Case {
  readonly case: string;
  readonly options: object;
  readonly parameters: Readonly<Record<string, readonly number[]>>;
}
const CASES: readonly Case[] = readGold("optimisers.json");
const [STEPS, RATE] = [5, 0.01];

let backend: Backend;
beforeAll(async () => {
  backend = await cpuBackend();
});
afterAll(() => backend.dispose());

function gradientsOf(step: number, sizes: ReadonlyMap<string, number>): TensorMap {
  const values = [...sizes].map(([name, size], index) => [
    gradientName(name),
    formulaValues(100 * step + 50 + index, size, name === "still.weight" ? 0 : 0.1),
  ]);
  return Object.fromEntries(values);
}

test.each(CASES)("$case", async ({ options, parameters: expected }) => {
  const optimiser = optimiserSchema.parse(options);
  const sizes = new Map(Object.entries(expected).map(([name, { length }]) => [name, length]));
  const specs: TensorSpecs = Object.fromEntries(
    [...sizes].map(([name, size]) => [name, { shape: [size], dtype: "float32" }]),
  );
  const initial = Object.fromEntries(
    [...sizes].map(([name, size], stream) => [
      name,
      formulaValues(stream, size, name === "zero.weight" ? 0 : 0.3),
    ]),
  );
  const program = applyProgram(specs, optimiser);
  const state = await backend.createState(program.state, initialState(program.state, initial));
  const apply = await backend.compile(program, state);
  for (let step = 0; step < STEPS; step++) {
    const gradients = gradientsOf(step, sizes);
    await state.write(gradients);
    const norm = normOf(Object.values(gradients).flatMap((values) => [...values]));
    await apply.run(applyInputs(optimiser, step, RATE, norm));
  }
  const trained = await state.read([...sizes.keys()]);
  for (const [name, values] of Object.entries(expected))
    for (const [index, value] of values.entries())
      expect(trained[name]![index], `${name}[${index}]`).toBeCloseTo(value, 6);
  await state.dispose();
});

test("the cases have every option", () => {
  const used = new Set(CASES.flatMap(({ options }) => Object.keys(options)));
  const { shape } = optimiserSchema;
  expect([...used].sort()).toEqual(Object.keys(shape).sort());
});
