import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { onnxBackend } from "../../backend/onnx/index.ts";
import { initialParameters } from "../../model/initial-parameters.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { encoderParameters } from "../../model/parameters.ts";
import { Classifier } from "../../stages/eval/classifier.ts";
import type { Features } from "../../stages/eval/features.ts";
import { exampleUnits, inputsOf } from "../../stages/eval/units.ts";
import { UsedPieces } from "../../stages/eval/used-pieces.ts";
import { smallConfig } from "../model/gold.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await onnxBackend({ threads: 1 });
});
afterAll(() => backend.dispose());

const config = smallConfig();
const PAD = 3;
const features: Features[] = [
  [7, 9, 20],
  [9, 41, 12, 7],
].map((ids, label) => ({ ids: Int32Array.from(ids), secondFrom: 2, truncated: false, label }));

/** All parameters after some steps of a model of these pieces, and its logits. */
async function trained(pieces: UsedPieces) {
  const optimiser = optimiserSchema.parse({ name: "adamw", weightDecay: 0.3 });
  const before = initialParameters(encoderParameters(config), config, 5);
  const classifier = await Classifier.create(
    backend,
    {
      config: { ...config, vocabSize: pieces.size },
      task: { kind: "classes", classes: 2 },
      batchSize: 2,
      classifierDropout: 0,
      optimiser,
    },
    pieces.reduced(before),
    1,
  );
  const shape = { batchSize: 2, sequenceLength: 8 };
  const pad = pieces.numberOf(PAD);
  const units = exampleUnits(pieces.renumbered(features), false);
  const inputs = inputsOf(units, [0, 1], shape, pad);
  const targets = units.targets([0, 1], shape.batchSize);
  for (let step = 0; step < 4; step++) {
    const { gradientNorm } = await classifier.gradients(8, { ...inputs, ...targets });
    await classifier.apply(step, 0.05, gradientNorm);
  }
  const logits = await classifier.predict(8, inputs);
  const { parameters, decay } = await classifier.read();
  await classifier.dispose();
  return { parameters: pieces.restored(parameters, before, decay), logits };
}

test("a model of the pieces that are used learns what one of the whole vocabulary does", async () => {
  const used = UsedPieces.of(features, PAD, config.vocabSize);
  expect(used.size).toBe(6);
  const few = await trained(used);
  const all = await trained(UsedPieces.all(config.vocabSize));
  expect(Object.keys(few.parameters)).toEqual(Object.keys(all.parameters));
  for (const [name, values] of Object.entries(all.parameters)) {
    expect(few.parameters[name]!.length).toBe(values.length);
    for (const [index, value] of values.entries())
      expect(few.parameters[name]![index]).toBeCloseTo(value, 4);
  }
  for (const [index, logit] of all.logits.entries())
    expect(few.logits[index]).toBeCloseTo(logit, 3);
});
