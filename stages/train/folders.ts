import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StageContext } from "../../engine/index.ts";
import { type ScalarPoint, tensorBoardEvents } from "../../lib/tensorboard.ts";
import { moments } from "../../model/apply-program.ts";
import { writeCheckpoint } from "../../model/checkpoint.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import { writeTensors } from "../../model/tensor-file.ts";
import { heldoutRow } from "./heldout.ts";
import { HISTORY_FILE, type HistoryRow } from "./history.ts";
import { measuredOf } from "./measurement.ts";
import type { TrainParams } from "./params.ts";
import { OPTIMISER_FILE, writeProgress } from "./saved-states.ts";
import type {
  best,
  checkpoint,
  checkpoints,
  costs,
  curve,
  divergences,
  optimiser,
  scores,
  tensorboard,
  trustRatios,
} from "./tables.ts";
import { heldoutSample, improved } from "./train.ts";
import { checkpointOf, type Training } from "./training.ts";

export type TrainOutputs = {
  readonly checkpoint: typeof checkpoint;
  readonly best: typeof best;
  readonly checkpoints: typeof checkpoints;
  readonly optimiser: typeof optimiser;
  readonly tensorboard: typeof tensorboard;
  readonly curve: typeof curve;
  readonly trustRatios: typeof trustRatios;
  readonly divergences: typeof divergences;
  readonly scores: typeof scores;
  readonly costs: typeof costs;
};

/** Writes every folder output of a training that is done; `last` are the rows that its history has not. */
export async function writeFolders(
  training: Training,
  context: StageContext<TrainParams, TrainOutputs>,
  last: readonly HistoryRow[],
): Promise<void> {
  const { states, progress, trainer, history, folder } = training;
  const model = await checkpointOf(training);
  await writeCheckpoint(context.folder("checkpoint"), model);
  await states.copyModels(context.folder("checkpoints"));
  const bestStep = await bestOf(training);
  const best = bestStep === undefined ? context.folder("checkpoint") : states.best(bestStep);
  await cp(best, context.folder("best"), { recursive: true });

  const optimiser = context.folder("optimiser");
  const specs = moments(pretrainingParameters(model.config));
  await writeTensors(join(optimiser, OPTIMISER_FILE), specs, await trainer.model.moments());
  const bytes = await history.flush();
  await writeFile(join(optimiser, HISTORY_FILE), await readFile(join(folder, HISTORY_FILE)));
  await writeProgress(optimiser, progress.stored(trainer.microBatchSize, bytes));
  await writeEvents(context.folder("tensorboard"), [...(await history.rows()), ...last]);
}

/** A folder of events for each of the curve's splits, so that TensorBoard draws them into one chart. */
async function writeEvents(folder: string, rows: readonly HistoryRow[]): Promise<void> {
  const points = { train: [] as ScalarPoint[], heldout: [] as ScalarPoint[] };
  for (const row of rows) {
    if ("curve" in row) {
      const { step, split } = row.curve;
      const own = split === "heldout" ? points.heldout : points.train;
      for (const [tag, value] of measuredOf(row.curve)) own.push({ tag, step, value });
    } else if ("trustRatios" in row) {
      const { step, tensor, ratio } = row.trustRatios;
      points.train.push({ tag: `trust_ratio/${tensor}`, step, value: ratio });
    }
  }
  for (const [run, own] of Object.entries(points)) {
    await mkdir(join(folder, run));
    // TensorBoard knows its files by this name.
    await writeFile(join(folder, run, "events.out.tfevents.0.train"), tensorBoardEvents(own));
  }
}

/** The step of the best model on the held-out sample; undefined where none was measured before the end. */
async function bestOf(training: Training): Promise<number | undefined> {
  const { progress, context } = training;
  const { evaluateEverySteps } = context.params;
  if (progress.step % evaluateEverySteps !== 0) return progress.best?.step;
  const row = await heldoutRow(training, heldoutSample(training));
  return (await improved(training, row))?.step;
}
