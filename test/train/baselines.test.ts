import { expect, test } from "vitest";
import { baselinesOf } from "../../stages/train/baselines.ts";
import { readExamples } from "../../stages/train/example-set.ts";
import { wordPieces } from "../rig/tokenizers.ts";
import { type Example, exampleTable, PIECES } from "./rig.ts";

const [a, b, c] = [5, 6, 7];
const [cls, sep, mask] = [2, 3, 4];

/** `[CLS] ids [SEP]` with the first of the ids masked. */
function example(split: Example["split"], order: 0 | 1, ...ids: number[]): Example {
  return {
    split,
    order,
    ids: [cls, mask, ...ids.slice(1), sep],
    types: [0, ...ids.map(() => 0), 0],
    positions: [1],
    targets: [ids[0]!],
  };
}

test("unigram and majority baselines, by hand", async () => {
  const set = await readExamples(
    exampleTable([
      example("train", 0, a, b, a),
      example("train", 1, c, a),
      // Held-out counts are no part of the model.
      example("heldout", 1, b, c, c, c, c),
      example("heldout", 1, a),
      example("heldout", 0, a),
    ]),
    PIECES.length,
  );
  const baselines = baselinesOf(set, wordPieces(PIECES));
  // Training counts a 3, b 1, c 1, each of the 25 pieces plus one.
  const total = 5 + PIECES.length;
  const loss = -(Math.log(2 / total) + 2 * Math.log(4 / total)) / 3;
  expect(baselines.unigramLoss).toBeCloseTo(loss, 12);
  expect(baselines.unigramAccuracy).toBeCloseTo(2 / 3, 12);
  expect(baselines.majorityAccuracy).toBeCloseTo(2 / 3, 12);
});
