import { type InputTable, PipelineError, viewBatch } from "../../engine/index.ts";
import { vocab } from "../tokenize/tables.ts";
import type { Separators } from "./example-builder.ts";

/** What pairs need of a vocabulary. */
export interface PairVocabulary extends Separators {
  readonly maskId: number;
  /** Every id that is not special. */
  readonly replacements: Int32Array;
}

/** Reads it from the vocab table; an error where a special piece is missing or nothing but special pieces is there. */
export async function readPairVocabulary(
  table: InputTable<(typeof vocab)["columns"]>,
): Promise<PairVocabulary> {
  const specials = new Map<string, number>();
  const replacements: number[] = [];
  for await (const batch of table.batches(["id", "piece", "kind"])) {
    const { id, piece, kind } = viewBatch(vocab, batch);
    for (let row = 0; row < batch.numRows; row++) {
      if (kind.get(row) === "special") specials.set(piece.get(row), id[row]!);
      else replacements.push(id[row]!);
    }
  }
  const special = (wanted: string) => {
    const found = specials.get(wanted);
    if (found !== undefined) return found;
    throw new PipelineError(`the vocabulary has no special piece ${wanted}`, {
      where: "vocab",
      expected: "[CLS], [SEP] and [MASK]",
      got: [...specials.keys()].join(", ") || "no special piece",
    });
  };
  if (replacements.length === 0) {
    throw new PipelineError("the vocabulary holds special pieces only", {
      where: "vocab",
      expected: "at least one ordinary piece, to replace masked ones",
    });
  }
  return {
    clsId: special("[CLS]"),
    sepId: special("[SEP]"),
    maskId: special("[MASK]"),
    replacements: Int32Array.from(replacements),
  };
}
