import { z } from "zod";
import { defineStage } from "../../engine/index.ts";
import { writeCheckpoint } from "../../model/checkpoint.ts";
import { albert } from "../../model/config.ts";
import { initialParameters } from "../../model/initial-parameters.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import { checkpoint } from "../../stages/train/tables.ts";
import { SPECIAL_PIECES, wordPieces } from "../rig/tokenizers.ts";

/** Words w0 to w29. */
export const words = Array.from({ length: 30 }, (_, index) => `w${index}`);

/** A tiny model that was never trained, whose vocabulary is these words. */
export const untrained = defineStage({
  name: "untrained",
  module: import.meta.url,
  inputs: {},
  outputs: { checkpoint },
  params: z.object({}).prefault({}),
  // biome-ignore lint/correctness/useYield: a folder is written, not yielded.
  async *run(_inputs, context) {
    const tokenizer = wordPieces([...SPECIAL_PIECES, ...words]);
    const config = {
      ...albert("mini", { embeddingSize: 8, hiddenSize: 16, intermediateSize: 32 }),
      vocabSize: tokenizer.pieces.length,
    };
    await writeCheckpoint(context.folder("checkpoint"), {
      config,
      parameters: initialParameters(pretrainingParameters(config), config, 1),
      tokenizer,
    });
  },
});
