import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Inputs, PipelineError, type StageContext } from "../../engine/index.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { moments } from "../../model/apply-program.ts";
import { readCheckpoint } from "../../model/checkpoint.ts";
import { CheckpointError } from "../../model/checkpoint-error.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import { readTensors } from "../../model/tensor-file.ts";
import { explained } from "../tokenizer-input.ts";
import type { TrainInputs } from "./begin.ts";
import type { ContinueParams } from "./params.ts";
import { intactProgress, OPTIMISER_FILE } from "./saved-states.ts";
import type { checkpoint, optimiser } from "./tables.ts";
import type { Beginning } from "./training.ts";

export type ContinueInputs = TrainInputs &
  Inputs<{ readonly checkpoint: typeof checkpoint; readonly optimiser: typeof optimiser }>;

/** What goes on from a training's checkpoint and moments. A PipelineError where they are not of one model. */
export async function continued(
  inputs: ContinueInputs,
  { node, params }: Pick<StageContext<ContinueParams>, "node" | "params">,
  tokenizer: TokenizerDefinition,
): Promise<Beginning> {
  const folder = inputs.checkpoint.path;
  const checkpoint = await explained(() => readCheckpoint(folder).catch(explain));
  if (!isDeepStrictEqual(checkpoint.tokenizer.pieces, tokenizer.pieces))
    throw new PipelineError("the checkpoint has another vocabulary", {
      where: `${node}.tokenizer`,
      expected: `the ${checkpoint.tokenizer.pieces.length} pieces of the checkpoint`,
      got: `${tokenizer.pieces.length} pieces`,
      hint: "wire the tokenizer that the checkpoint was trained with",
    });
  const {
    hiddenDropoutProb = checkpoint.config.hiddenDropoutProb,
    attentionProbsDropoutProb = checkpoint.config.attentionProbsDropoutProb,
  } = params;
  const config = { ...checkpoint.config, hiddenDropoutProb, attentionProbsDropoutProb };
  const kept = params.moments === "keep";
  const path = join(inputs.optimiser.path, OPTIMISER_FILE);
  const specs = moments(pretrainingParameters(config));
  const averages = kept ? await readTensors(path, specs).catch(explain) : {};
  const progress = kept ? await intactProgress(inputs.optimiser.path) : undefined;
  return {
    config,
    updates: progress?.updates ?? 0,
    async initialise(model) {
      await model.initialise(0, checkpoint.parameters);
      await model.write(averages);
    },
  };
}

function explain(error: unknown): never {
  if (!(error instanceof CheckpointError)) throw error;
  const { message, where, expected, got } = error;
  throw new PipelineError(message, { where, expected, got, cause: error });
}
