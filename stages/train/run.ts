import type { Backend } from "../../backend/backend.ts";
import type { StageContext } from "../../engine/index.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { openBackend } from "../open-backend.ts";
import { baselinesOf } from "./baselines.ts";
import { begin, type TrainInputs } from "./begin.ts";
import { type ContinueInputs, continued } from "./continued.ts";
import { type TrainOutputs, writeFolders } from "./folders.ts";
import { heldoutRow } from "./heldout.ts";
import { metricsOf } from "./measurement.ts";
import type { ContinueParams, PretrainParams, TrainParams } from "./params.ts";
import { scoreRows } from "./scores.ts";
import { train, trainingRow } from "./train.ts";
import type { Beginning } from "./training.ts";

type TrainContext = StageContext<TrainParams, TrainOutputs>;
type PretrainContext = StageContext<PretrainParams, TrainOutputs>;
type ContinueContext = StageContext<ContinueParams, TrainOutputs>;

/** Pretrains on the backend that the parameters ask for. A PipelineError where it cannot be used. */
export async function* runTrain(inputs: TrainInputs, context: PretrainContext) {
  const backend = await openBackend(context);
  try {
    yield* pretrain(inputs, context, backend);
  } finally {
    await backend.dispose();
  }
}

/** Goes on with a model, likewise. A PipelineError where its checkpoint or its moments do not fit. */
export async function* runContinue(inputs: ContinueInputs, context: ContinueContext) {
  const backend = await openBackend(context);
  try {
    yield* further(inputs, context, backend);
  } finally {
    await backend.dispose();
  }
}

/** Trains a checkpoint's model on one backend. */
export function further(inputs: ContinueInputs, context: ContinueContext, backend: Backend) {
  const own = withOwnSeed(context);
  return run(inputs, own, backend, (tokenizer) => continued(inputs, own, tokenizer));
}

/** Pretrains a model that is drawn from the seed on one backend. */
export function pretrain(inputs: TrainInputs, context: PretrainContext, backend: Backend) {
  const own = withOwnSeed(context);
  const { params, seed } = own;
  return run(inputs, own, backend, async ({ pieces }) => ({
    config: { ...params.model, vocabSize: pieces.length },
    updates: 0,
    initialise: (model) => model.initialise(seed),
  }));
}

/** One of several runs draws everything by a seed of its own. */
function withOwnSeed<P extends TrainParams>(
  context: StageContext<P, TrainOutputs>,
): StageContext<P, TrainOutputs> {
  return { ...context, seed: context.seed + context.params.seed };
}

/**
 * Trains from where an interrupted or a shorter training had come to, or from the beginning: rows as they come, then
 * the scores and the folders.
 */
async function* run(
  inputs: TrainInputs,
  context: TrainContext,
  backend: Backend,
  beginningOf: (tokenizer: TokenizerDefinition) => Promise<Beginning>,
) {
  const training = await begin(inputs, context, backend, beginningOf);
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
    training.cost.sample();
    yield { costs: training.cost.row(training) };
  } finally {
    await trainer.dispose();
  }
}
