import { expect, test } from "vitest";
import { albert } from "../../model/config.ts";
import { drawParameters } from "../../model/drawing.ts";
import { initialParameters } from "../../model/initial-parameters.ts";
import { pretrainingParameters } from "../../model/parameters.ts";

test.each([
  ["many, in a thread", 17_000],
  ["few", 50],
])("what is drawn is what initialParameters draws: %s", async (_, vocabSize) => {
  const config = {
    ...albert("mini", { embeddingSize: 64, positionInitializer: "sinusoidal" }),
    vocabSize,
  };
  const parameters = pretrainingParameters(config);
  const bytesOf = (values: Readonly<Record<string, Float32Array>>) =>
    Object.entries(values).map(([name, { buffer }]) => ({
      name,
      bytes: Buffer.from(buffer as ArrayBuffer),
    }));
  const drawn = bytesOf(await drawParameters(parameters, config, 7));
  const expected = bytesOf(initialParameters(parameters, config, 7));
  expect(drawn.map(({ name }) => name)).toEqual(Object.keys(parameters));
  for (const [index, { name, bytes }] of expected.entries())
    expect(drawn[index]!.bytes.equals(bytes), name).toBe(true);
});

test("what goes wrong in the thread is said", async () => {
  const parameters = { "a.weight": { shape: [2 ** 20, 2 ** 20], dtype: "float32" } } as const;
  await expect(drawParameters(parameters, albert("mini"), 7)).rejects.toThrow(RangeError);
});
