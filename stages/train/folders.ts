import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StageContext } from "../../engine/index.ts";
import { moments } from "../../model/apply-program.ts";
import { writeCheckpoint } from "../../model/checkpoint.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import { writeTensors } from "../../model/tensor-file.ts";
import { heldoutRow } from "./heldout.ts";
import { HISTORY_FILE } from "./history.ts";
import type { TrainParams } from "./params.ts";
import { OPTIMISER_FILE, writeProgress } from "./saved-states.ts";
import type {
  best,
  checkpoint,
  checkpoints,
  curve,
  divergences,
  optimiser,
  scores,
  trustRatios,
} from "./tables.ts";
import { heldoutSample, improved } from "./train.ts";
import { checkpointOf, type Training } from "./training.ts";

export type TrainOutputs = {
  readonly checkpoint: typeof checkpoint;
  readonly best: typeof best;
  readonly checkpoints: typeof checkpoints;
  readonly optimiser: typeof optimiser;
  readonly curve: typeof curve;
  readonly trustRatios: typeof trustRatios;
  readonly divergences: typeof divergences;
  readonly scores: typeof scores;
};

/** Writes every folder output of a training that is done. */
export async function writeFolders(
  training: Training,
  context: StageContext<TrainParams, TrainOutputs>,
): Promise<void> {
  const { states, progress, trainer, history, folder } = training;
  const model = await checkpointOf(training);
  await writeCheckpoint(context.folder("checkpoint"), model);
  await states.copyModels(context.folder("checkpoints"));
  const last = await bestOf(training);
  const best = last === undefined ? context.folder("checkpoint") : states.best(last);
  await cp(best, context.folder("best"), { recursive: true });

  const optimiser = context.folder("optimiser");
  const specs = moments(pretrainingParameters(model.config));
  await writeTensors(join(optimiser, OPTIMISER_FILE), specs, await trainer.model.moments());
  const bytes = await history.flush();
  await writeFile(join(optimiser, HISTORY_FILE), await readFile(join(folder, HISTORY_FILE)));
  await writeProgress(optimiser, progress.stored(trainer.microBatchSize, bytes));
}

/** The step of the best model on the held-out sample; undefined where none was measured before the end. */
async function bestOf(training: Training): Promise<number | undefined> {
  const { progress, context } = training;
  const { evaluateEverySteps } = context.params;
  if (progress.step % evaluateEverySteps !== 0) return progress.best?.step;
  const row = await heldoutRow(training, heldoutSample(training));
  return (await improved(training, row))?.step;
}
