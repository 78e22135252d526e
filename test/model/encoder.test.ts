import { gather, type Tensor } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import type { Program } from "../../backend/backend.ts";
import { cpuBackend } from "../../backend/tfjs.ts";
import { dropoutFrom, encode, encodeAt, encoderInputs } from "../../model/encoder.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import { formulaParameters, smallConfig, smallFeatures, smallShape } from "./gold.ts";

test.each([
  ["without dropout", 0],
  ["with the zeros that all positions would have", 0.3],
])("hidden states at some positions are those of all positions there: %s", async (_, rate) => {
  const backend = await cpuBackend();
  const config = smallConfig({ hiddenDropoutProb: rate, attentionProbsDropoutProb: rate });
  const parameters = pretrainingParameters(config);
  const positions = Int32Array.of(7, 1, 1, 14);
  const program: Program = {
    name: "positions",
    state: parameters,
    inputs: {
      ...encoderInputs(smallShape),
      positions: { shape: [positions.length], dtype: "int32" },
      seed: { shape: [], dtype: "int32" },
    },
    run(values, fed) {
      const at = fed["positions"] as Tensor;
      const all = encode(values, fed, config, dropoutFrom(fed["seed"]!));
      const some = encodeAt(values, fed, at, config, dropoutFrom(fed["seed"]!));
      return {
        outputs: {
          all: gather(all.hidden, at, 0),
          some: some.hidden,
          allPooled: all.pooled,
          somePooled: some.pooled,
        },
      };
    },
  };
  const state = await backend.createState(parameters, formulaParameters(parameters));
  const executable = await backend.compile(program, state);
  const outputs = await executable.run({
    ...smallFeatures(),
    positions,
    seed: Int32Array.of(5),
  });
  expect(outputs["some"]).toEqual(outputs["all"]);
  expect(outputs["somePooled"]).toEqual(outputs["allPooled"]);
});
