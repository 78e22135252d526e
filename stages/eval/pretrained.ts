import { type Inputs, PipelineError } from "../../engine/index.ts";
import { type Checkpoint, readCheckpoint } from "../../model/checkpoint.ts";
import { CheckpointError } from "../../model/checkpoint-error.ts";
import { encoderParameters } from "../../model/parameters.ts";
import { readPieces } from "../read-pieces.ts";
import type { vocab } from "../tokenize/tables.ts";
import type { checkpoint } from "../train/tables.ts";
import type { EvalParams } from "./params.ts";

type PretrainedInputs = Inputs<{
  readonly checkpoint: typeof checkpoint;
  readonly vocab: typeof vocab;
}>;

/**
 * Reads a checkpoint's encoder, with the dropouts that the parameters ask for. A PipelineError where it is no
 * ALBERT, was trained with another vocabulary than the one given, or has too few positions for `maxSeqLength`.
 */
export async function readPretrained(
  inputs: PretrainedInputs,
  params: EvalParams,
): Promise<Checkpoint> {
  const pretrained = await readCheckpoint(inputs.checkpoint.path, encoderParameters).catch(explain);
  await checkVocabulary(pretrained.vocab, inputs.vocab);
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

async function checkVocabulary(
  pieces: readonly string[],
  table: PretrainedInputs["vocab"],
): Promise<void> {
  const given = await readPieces(table);
  const length = Math.max(pieces.length, given.length);
  for (let id = 0; id < length; id++) {
    if (given[id] === pieces[id]) continue;
    throw new PipelineError("the checkpoint was trained with another vocabulary", {
      where: `piece ${id}`,
      expected: pieces[id] ?? "no further piece",
      got: given[id] ?? "no further piece",
      hint: "wire the vocab that the checkpoint was trained with into evaluate",
    });
  }
}
