import type { Program } from "../backend/backend.ts";
import type { AlbertConfig } from "./config.ts";
import { encodeAt, encoderInputs, noDropout } from "./encoder.ts";
import { maskedLmLogits, sentenceOrderLogits } from "./heads.ts";
import { pretrainingParameters } from "./parameters.ts";
import type { PretrainingShape } from "./pretraining.ts";

/**
 * What a pretrained model makes of examples: `pieces`, the logits [N, V] at `masked_lm_positions` (int32 [N], counted in
 * the flat batch), and `orders`, the logits [B, 2] of "in order" and "swapped".
 */
export function guessProgram(config: AlbertConfig, shape: PretrainingShape): Program {
  return {
    name: "pretraining-guess",
    state: pretrainingParameters(config),
    inputs: {
      ...encoderInputs(shape),
      masked_lm_positions: { shape: [shape.maskedPositions], dtype: "int32" },
    },
    run(values, fed) {
      const positions = fed["masked_lm_positions"]!;
      const { hidden, pooled } = encodeAt(values, fed, positions, config, noDropout);
      return {
        outputs: {
          pieces: maskedLmLogits(values, hidden, config),
          orders: sentenceOrderLogits(values, pooled),
        },
      };
    },
  };
}
