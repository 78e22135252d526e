import { describe, expect, test } from "vitest";
import { decoderOf } from "../../cli/inspect/decoded.ts";
import { examples } from "../../stages/sop-pairs/tables.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";

const WORDS = ["the", "bridge", "open", "##ed", "again", "people", "cheer"];
const tokenizer = wordPieces([...SPECIAL_PIECES, ...WORDS]);
const id = (piece: string): number => tokenizer.pieces.indexOf(piece);
const ids = (text: string): number[] => text.split(" ").map(id);

/** "the bridge opened again | people cheer", of which the opening, "again" and "cheer" are to be predicted. */
const example = {
  document_key: "news",
  b_document_key: "news",
  split: "train",
  pass: 0,
  chunk: 3,
  a_start: 4,
  a_end: 5,
  b_start: 5,
  b_end: 6,
  input_ids: ids("[CLS] the bridge [MASK] [MASK] again [SEP] people the [SEP]"),
  token_type_ids: [0, 0, 0, 0, 0, 0, 0, 1, 1, 1],
  masked_lm_positions: [3, 4, 5, 8],
  masked_lm_ids: ids("open ##ed again cheer"),
  sentence_order_label: 0,
};

function shown(change: object = {}) {
  const row = { ...example, ...change };
  const { title, lines } = decoderOf(examples.columns)!(tokenizer, row);
  return { title, ...Object.fromEntries(lines) } as Record<string, string>;
}

describe("an example as a person reads it", () => {
  test("says from where it is, what stood there, what is fed and what is to be predicted", () => {
    expect(shown()).toEqual({
      title: "news  train  sentences 4–5 | 5–6  10 pieces  order: original, A came first",
      "text A": "[CLS] the bridge opened again [SEP]",
      "text B": "people cheer [SEP]",
      "masked A": "[CLS] the bridge [MASK] [MASK] again [SEP]",
      "masked B": "people the [SEP]",
      predict: expect.stringMatching(/^3: opened again.*, 8: cheer.*the/),
    });
  });

  test.each([
    ["swapped", { sentence_order_label: 1 }, "order: swapped, B came first"],
    [
      "from two documents",
      { sentence_order_label: 1, b_document_key: "sport" },
      "order: none, B is from sport",
    ],
    ["not asked", { sentence_order_label: -1 }, "order: not asked"],
  ])("%s", (_, change, order) => {
    expect(shown(change)["title"]).toContain(order);
  });
});
