import type { Backend } from "../../backend/backend.ts";
import type { Inputs, StageContext } from "../../engine/index.ts";
import { openEncoder } from "../../lib/tokenizer/encoder.ts";
import { writeFineTuned } from "../../model/classifier-checkpoint.ts";
import { openBackend } from "../open-backend.ts";
import { explained } from "../tokenizer-input.ts";
import type { checkpoint, scores } from "../train/tables.ts";
import { paddedLengths } from "./batches.ts";
import { Classifier } from "./classifier.ts";
import { FeatureBuilder, type Features } from "./features.ts";
import { FineTuningDiverged, fineTune } from "./fine-tune.ts";
import type { EvalParams } from "./params.ts";
import { predict } from "./predict.ts";
import { predictionBatch } from "./prediction-batch.ts";
import { readPretrained } from "./pretrained.ts";
import { measured, type Predicted, predictionsOf, scoreRows } from "./scoring.ts";
import type { curve, data, predictions } from "./tables.ts";
import { classificationTask, fineTunedTask, outputsOf } from "./task.ts";
import { type EvaluatedSplit, isScored, readTaskData } from "./task-data.ts";
import { exampleUnits, type Units } from "./units.ts";
import { UsedPieces } from "./used-pieces.ts";

type EvalInputs = Inputs<{
  readonly checkpoint: typeof checkpoint;
  readonly data: typeof data;
}>;
type EvalOutputs = {
  readonly scores: typeof scores;
  readonly predictions: typeof predictions;
  readonly curve: typeof curve;
  readonly checkpoint: typeof checkpoint;
};

/** Evaluates on the backend that the parameters name, and frees it afterwards. */
export async function* runEvaluate(
  inputs: EvalInputs,
  context: StageContext<EvalParams, EvalOutputs>,
) {
  const backend = await openBackend(context);
  try {
    yield* evaluateTask(inputs, context, backend);
  } finally {
    await backend.dispose();
  }
}

/** Fine-tunes a checkpoint on one task, predicts each of its evaluated splits and scores them. */
export async function* evaluateTask(
  inputs: EvalInputs,
  context: StageContext<EvalParams, EvalOutputs>,
  backend: Backend,
) {
  const { params } = context;
  const { task, classifierDropout } = params;
  const seed = context.seed + params.seed;
  const { train, evaluated } = await readTaskData(params, inputs.data.path, seed, context.log);

  const { config, parameters, tokenizer } = await readPretrained(inputs, params);
  const { roles } = tokenizer;
  const builder = new FeatureBuilder(
    await explained(() => openEncoder(tokenizer)),
    roles,
    params.maxSeqLength,
  );
  const built = await builder.build(train);
  const builtSplits = await Promise.all(
    evaluated.map(async (split) => ({ ...split, features: await builder.build(split.examples) })),
  );
  const all = [built, ...builtSplits.map(({ features }) => features)].flat();
  // LAMB looks at the whole embedding.
  const pieces =
    params.optimiser.name === "adamw"
      ? UsedPieces.of(all, roles.pad, config.vocabSize)
      : UsedPieces.all(config.vocabSize);
  const fed = (features: readonly Features[]) =>
    exampleUnits(pieces.renumbered(features), task.labels === "score");
  const splits = builtSplits.map((split) => ({ ...split, units: fed(split.features) }));
  const feeding = {
    lengths: paddedLengths(all, params.maxSeqLength),
    padId: pieces.numberOf(roles.pad),
  };

  const outputs = outputsOf(task);
  const options = {
    config: { ...config, vocabSize: pieces.size },
    task: classificationTask(task),
    batchSize: params.trainBatchSize,
    classifierDropout,
    optimiser: params.optimiser,
  };
  const cut = all.filter(({ truncated }) => truncated).length;
  context.log(
    "info",
    `${task.name}: ${train.length} training examples, ${cut} of ${all.length} cut, padded to ${feeding.lengths.join(", ")}; ${backend.description}`,
  );
  const classifier = await Classifier.create(backend, options, pieces.reduced(parameters), seed);
  try {
    const predicted = async ({ units }: { readonly units: Units }) => {
      const logits = await predict(classifier, units, outputs, feeding, context);
      if (!logits.every(Number.isFinite)) throw spoilt(task.name);
      return predictionsOf(logits, outputs);
    };
    const watched = splits.find(isScored);
    const score =
      watched &&
      (async () => {
        const metric = task.metrics[0]!;
        const { values } = await predicted(watched);
        return { split: watched.split, metric, value: measured(metric, labelsOf(watched), values) };
      });
    const results: Predicted[] = [];
    try {
      const training = fineTune(classifier, task.name, fed(built), feeding, context, score);
      for await (const row of training) yield { curve: row };
      for (const split of splits) results.push(await predicted(split));
    } catch (error) {
      if (!(error instanceof FineTuningDiverged) || params.divergence === "fail") throw error;
      const { got } = error.details;
      context.log("warn", `${error.message} (${got}): it has no score`);
      return;
    }

    for (const [at, split] of splits.entries()) {
      const result = results[at]!;
      const lengths = {
        lengths: Int32Array.from(split.features, ({ ids }) => ids.length),
        truncated: split.features.map(({ truncated }) => truncated),
      };
      yield { predictions: predictionBatch(task, params.seed, split, result, lengths) };
      if (!isScored(split)) continue;
      const trained = train.map(({ label }) => label);
      const rows = scoreRows(
        task,
        split.split,
        params.seed,
        labelsOf(split),
        result.values,
        trained,
      );
      yield { scores: rows };
    }
    if (params.saveCheckpoint) {
      const trained = await classifier.read();
      await writeFineTuned(context.folder("checkpoint"), {
        config,
        parameters: pieces.restored(trained.parameters, parameters, trained.decay),
        tokenizer,
        task: fineTunedTask(task),
        classifierDropout,
      });
    }
  } finally {
    await classifier.dispose();
  }
}

/** What is wrong where the last update spoilt the parameters, after which no gradient tells. */
function spoilt(name: string): FineTuningDiverged {
  return new FineTuningDiverged(`${name}: fine-tuning diverged`, {
    where: "the trained model's predictions",
    expected: "finite logits",
    got: "infinite ones, or no numbers",
    hint: "lower the learning rate, or lengthen the warm-up",
  });
}

function labelsOf({ examples }: Extract<EvaluatedSplit, { readonly scored: true }>): number[] {
  return examples.map(({ label }) => label);
}
