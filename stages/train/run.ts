import type { Backend } from "../../backend/backend.ts";
import type { Inputs, StageContext } from "../../engine/index.ts";
import { formatInteger } from "../../lib/format.ts";
import { writeCheckpoint } from "../../model/checkpoint.ts";
import { parameterCount } from "../../model/config.ts";
import { openBackend } from "../open-backend.ts";
import type { examples } from "../sop-pairs/tables.ts";
import type { tokenizer } from "../tokenize/tables.ts";
import { readTokenizerInput } from "../tokenizer-input.ts";
import { baselinesOf } from "./baselines.ts";
import { compileModel } from "./compiled-model.ts";
import { readExamples } from "./example-set.ts";
import { heldoutRow } from "./heldout.ts";
import type { TrainParams } from "./params.ts";
import { exampleSource } from "./redraw.ts";
import { scoreRows } from "./scores.ts";
import { shapeOf } from "./shape.ts";
import type { checkpoint, curve, scores } from "./tables.ts";
import { train } from "./train.ts";

type TrainInputs = Inputs<{
  readonly examples: typeof examples;
  readonly tokenizer: typeof tokenizer;
}>;
export type TrainOutputs = {
  readonly checkpoint: typeof checkpoint;
  readonly curve: typeof curve;
  readonly scores: typeof scores;
};

/** Pretrains on the backend that the parameters ask for. A PipelineError where it cannot be used. */
export async function* runTrain(
  inputs: TrainInputs,
  context: StageContext<TrainParams, TrainOutputs>,
) {
  const backend = await openBackend(context);
  try {
    yield* pretrain(inputs, context, backend);
  } finally {
    await backend.dispose();
  }
}

/** Pretrains a model on one backend: the curve as it goes, then the scores and the checkpoint. */
export async function* pretrain(
  inputs: TrainInputs,
  context: StageContext<TrainParams, TrainOutputs>,
  backend: Backend,
) {
  const { params, seed } = context;
  const tokenizer = await readTokenizerInput(inputs.tokenizer);
  const vocabSize = tokenizer.pieces.length;
  const set = await readExamples(inputs.examples, vocabSize);
  const config = { ...params.model, vocabSize };
  const shape = shapeOf(set, params);
  context.log("info", describeTraining());
  const model = await compileModel(backend, config, shape, params.optimiser, seed);
  try {
    const source = await exampleSource(set, inputs.examples, tokenizer, params, seed);
    for await (const row of train(model, set, source, context)) yield { curve: row };
    const row = await heldoutRow(model, set, set.heldout, params.numTrainSteps, context);
    yield { curve: row };
    const baselines = baselinesOf(set, tokenizer);
    yield { scores: scoreRows(row, baselines, set.heldout.length) };
    await writeCheckpoint(context.folder("checkpoint"), {
      config,
      parameters: await model.parameters(),
      tokenizer,
    });
  } finally {
    await model.dispose();
  }

  function describeTraining(): string {
    const epochs = (params.numTrainSteps * params.trainBatchSize) / set.train.length;
    return (
      `${formatInteger(parameterCount(config).total)} parameters on ${backend.description}; ` +
      `batches of ${shape.batchSize} by ${shape.sequenceLength}; ${params.numTrainSteps} steps go ` +
      `${epochs.toFixed(1)} times through ${formatInteger(set.train.length)} training examples; ` +
      `${formatInteger(set.heldout.length)} held out`
    );
  }
}
