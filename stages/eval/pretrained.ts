import { type Inputs, PipelineError } from "../../engine/index.ts";
import { type Checkpoint, readCheckpoint } from "../../model/checkpoint.ts";
import { CheckpointError } from "../../model/checkpoint-error.ts";
import { encoderParameters } from "../../model/parameters.ts";
import { explained } from "../tokenizer-input.ts";
import type { checkpoint } from "../train/tables.ts";
import type { EvalParams } from "./params.ts";

type PretrainedInputs = Inputs<{ readonly checkpoint: typeof checkpoint }>;

/**
 * Reads a checkpoint's encoder, with the dropouts that the parameters ask for. A PipelineError where it is no
 * ALBERT, has no tokenizer that can be used, or too few positions for `maxSeqLength`.
 */
export async function readPretrained(
  inputs: PretrainedInputs,
  params: Pick<EvalParams, "maxSeqLength" | "hiddenDropoutProb" | "attentionProbsDropoutProb">,
): Promise<Checkpoint> {
  const pretrained = await explained(() =>
    readCheckpoint(inputs.checkpoint.path, encoderParameters).catch(explain),
  );
  const { config } = pretrained;
  if (params.maxSeqLength > config.maxPositionEmbeddings) {
    throw new PipelineError("the checkpoint has too few positions", {
      where: "maxSeqLength",
      expected: `at most ${config.maxPositionEmbeddings}`,
      got: `${params.maxSeqLength}`,
    });
  }
  const {
    hiddenDropoutProb = config.hiddenDropoutProb,
    attentionProbsDropoutProb = config.attentionProbsDropoutProb,
  } = params;
  return { ...pretrained, config: { ...config, hiddenDropoutProb, attentionProbsDropoutProb } };
}

function explain(error: unknown): never {
  if (!(error instanceof CheckpointError)) throw error;
  const { message, where, expected, got } = error;
  throw new PipelineError(message, { where, expected, got, cause: error });
}
