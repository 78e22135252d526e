import { PipelineError } from "../../engine/index.ts";
import { ordinaryIds, type TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import type { Separators } from "./example-builder.ts";

/** What pairs need of a vocabulary. */
export interface PairVocabulary extends Separators {
  readonly maskId: number;
  /** Every id of a piece of text. */
  readonly replacements: Int32Array;
}

/** Takes it from a tokenizer; an error where nothing but special pieces is there. */
export function pairVocabulary(definition: TokenizerDefinition): PairVocabulary {
  const { cls, sep, mask } = definition.roles;
  const replacements = ordinaryIds(definition);
  if (replacements.length === 0)
    throw new PipelineError("the vocabulary holds special pieces only", {
      where: "tokenizer",
      expected: "at least one ordinary piece, to replace masked ones",
    });
  return { clsId: cls, sepId: sep, maskId: mask, replacements };
}
