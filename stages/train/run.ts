import type { Backend } from "../../backend/backend.ts";
import type { StageContext } from "../../engine/index.ts";
import { openBackend } from "../open-backend.ts";
import { baselinesOf } from "./baselines.ts";
import { begin, type TrainInputs } from "./begin.ts";
import { type TrainOutputs, writeFolders } from "./folders.ts";
import { heldoutRow } from "./heldout.ts";
import { metricsOf } from "./measurement.ts";
import type { TrainParams } from "./params.ts";
import { scoreRows } from "./scores.ts";
import { train, trainingRow } from "./train.ts";

type TrainContext = StageContext<TrainParams, TrainOutputs>;

/** Pretrains on the backend that the parameters ask for. A PipelineError where it cannot be used. */
export async function* runTrain(inputs: TrainInputs, context: TrainContext) {
  const backend = await openBackend(context);
  try {
    yield* pretrain(inputs, context, backend);
  } finally {
    await backend.dispose();
  }
}

/**
 * Pretrains a model on one backend, from where an interrupted or a shorter training had come to: rows as they come,
 * then the scores and the folders.
 */
export async function* pretrain(inputs: TrainInputs, context: TrainContext, backend: Backend) {
  const training = await begin(inputs, context, backend);
  const { set, tokenizer, history, trainer } = training;
  try {
    for (const row of await history.rows()) {
      if ("curve" in row) context.metric(row.curve.step, metricsOf(row.curve));
      yield row;
    }
    yield* train(training);
    // Not in the history, since a longer training does not come by them.
    const heldout = await heldoutRow(training, set.heldout);
    const last = training.progress.measurement.isEmpty
      ? [heldout]
      : [trainingRow(training), heldout];
    for (const row of last) {
      context.metric(row.step, metricsOf(row));
      yield { curve: row };
    }
    yield { scores: scoreRows(heldout, baselinesOf(set, tokenizer), set.heldout.length) };
    const rows = last.map((row) => ({ curve: row }));
    await writeFolders(training, context, rows);
  } finally {
    await trainer.dispose();
  }
}
