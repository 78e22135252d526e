import { expect, test } from "vitest";
import { cpuBackend } from "../../backend/tfjs.ts";
import { guessedLines } from "../../cli/inspect/guessed.ts";
import { Guesser } from "../../cli/inspect/guesser.ts";
import { writeCheckpoint } from "../../model/checkpoint.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import { pretrainingPrograms } from "../../model/pretraining.ts";
import { formulaParameters, smallConfig } from "../model/gold.ts";
import { tempFolder } from "../rig/temp-folder.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";

const config = smallConfig();
const words = Array.from({ length: 45 }, (_, index) => (index < 30 ? `w${index}` : `##${index}`));
const checkpoint = {
  config,
  parameters: formulaParameters(pretrainingParameters(config)),
  tokenizer: wordPieces([...SPECIAL_PIECES, ...words]),
};
const asked = {
  ids: [2, 7, 4, 9, 3, 4, 4, 40, 11, 3],
  types: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1],
  positions: [2, 5, 6],
  targets: [8, 12, 41],
};

/** The losses that training's own program has for the example. */
async function losses(targets: readonly number[], label: number) {
  const backend = await cpuBackend();
  const shape = { batchSize: 1, sequenceLength: asked.ids.length, maskedPositions: 3 };
  const { evaluate, parameters } = pretrainingPrograms(
    config,
    shape,
    optimiserSchema.parse({ name: "adamw" }),
  );
  const state = await backend.createState(parameters, checkpoint.parameters);
  const program = await backend.compile(evaluate, state);
  const outputs = await program.run({
    input_ids: Int32Array.from(asked.ids),
    attention_mask: new Int32Array(10).fill(1),
    token_type_ids: Int32Array.from(asked.types),
    masked_lm_positions: Int32Array.from(asked.positions),
    masked_lm_ids: Int32Array.from(targets),
    masked_lm_weights: Float32Array.of(1, 1, 1),
    sentence_order_labels: Int32Array.of(label),
    sentence_order_weights: Float32Array.of(1),
  });
  return Object.fromEntries(Object.entries(outputs).map(([name, values]) => [name, values[0]!]));
}

test("a model's answers are those by which training counts its losses", async () => {
  const folder = await tempFolder();
  await writeCheckpoint(folder, checkpoint);
  const guesser = await Guesser.open(folder);
  const { pieces, inOrder } = await guesser.guess(asked);
  const wanted = await losses(asked.targets, 0);
  const loss = pieces.reduce((sum, { ofTarget }) => sum - Math.log(ofTarget), 0);
  expect(loss).toBeCloseTo(wanted["masked_lm_loss"]!, 4);
  expect(-Math.log(inOrder)).toBeCloseTo(wanted["sentence_order_loss"]!, 4);

  const best = pieces.map(({ id }) => id);
  expect((await losses(best, 0))["masked_lm_correct"]).toBe(3);
  const again = await guesser.guess({ ...asked, targets: best });
  for (const { probability, ofTarget } of again.pieces) expect(ofTarget).toBe(probability);
});

test("answers are told beside what was asked", () => {
  const row = (label: number) => ({
    input_ids: asked.ids,
    token_type_ids: asked.types,
    masked_lm_positions: asked.positions,
    masked_lm_ids: asked.targets,
    sentence_order_label: label,
  });
  const guess = {
    pieces: [
      { id: 8, probability: 0.5, ofTarget: 0.5 },
      { id: 12, probability: 0.25, ofTarget: 0.25 },
      { id: 40, probability: 0.5, ofTarget: 0.125 },
    ],
    inOrder: 0.75,
  };
  expect(guessedLines(checkpoint.tokenizer, row(0), guess)).toEqual([
    ["model", "2: w3 0.5000 ✓, 5: w735 0.1250 (w736 0.03125)"],
    ["order", "B follows A 0.7500 ✓"],
  ]);
  expect(guessedLines(checkpoint.tokenizer, row(1), guess)[1]).toEqual([
    "order",
    "B follows A 0.7500 ✗",
  ]);
  const alone = guessedLines(checkpoint.tokenizer, row(-1), guess);
  expect(alone.map(([name]) => name)).toEqual(["model"]);
});
