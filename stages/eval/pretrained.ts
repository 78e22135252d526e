import { type Inputs, PipelineError, viewBatch } from "../../engine/index.ts";
import { type Checkpoint, readCheckpoint } from "../../model/checkpoint.ts";
import { CheckpointError } from "../../model/checkpoint-error.ts";
import { encoderParameters } from "../../model/parameters.ts";
import { vocab } from "../tokenize/tables.ts";
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
  let id = 0;
  const differs = (got: string) =>
    new PipelineError("the checkpoint was trained with another vocabulary", {
      where: `piece ${id}`,
      expected: pieces[id] ?? "no further piece",
      got,
      hint: "wire the vocab that the checkpoint was trained with into evaluate",
    });
  for await (const batch of table.batches(["piece"])) {
    const { piece } = viewBatch(vocab, batch);
    for (let row = 0; row < batch.numRows; row++, id++) {
      if (piece.get(row) !== pieces[id]) throw differs(piece.get(row));
    }
  }
  if (id !== pieces.length) throw differs("no further piece");
}
