import { setImmediate } from "node:timers/promises";
import type { Inputs, StageContext } from "../../../engine/index.ts";
import { fitLogistic, logisticLogits } from "../../../lib/linear/logistic.ts";
import { fitRidge, ridgePredictions } from "../../../lib/linear/ridge.ts";
import type { scores } from "../../train/tables.ts";
import { predictionBatch } from "../prediction-batch.ts";
import type { LabelledExample, TaskExample } from "../read/index.ts";
import { majorityClass, type Predicted, predictionsOf, scoreRows } from "../scoring.ts";
import type { data, predictions } from "../tables.ts";
import type { Task } from "../task.ts";
import { isScored, readTaskData } from "../task-data.ts";
import type { BaselineParams } from "./params.ts";
import { WordFeatures, wordsOf } from "./words.ts";

type BaselineOutputs = {
  readonly scores: typeof scores;
  readonly predictions: typeof predictions;
};

type Predictor = (examples: readonly TaskExample[]) => Predicted;

/** Fits the baseline on a task's training examples, predicts each of its evaluated splits and scores them. */
export async function* runBaseline(
  inputs: Inputs<{ readonly data: typeof data }>,
  context: StageContext<BaselineParams, BaselineOutputs>,
) {
  const { params, seed, signal, progress, log } = context;
  const { task } = params;
  const { train, evaluated } = await readTaskData(params, inputs.data.path, seed, log);
  const steps = 1 + evaluated.length;
  progress(0, steps, "splits");
  await setImmediate();
  const predict = params.model === "majority" ? majority(task, train) : linear(params, train);
  const trainLabels = train.map(({ label }) => label);
  for (const [index, split] of evaluated.entries()) {
    progress(1 + index, steps, "splits");
    await setImmediate();
    signal.throwIfAborted();
    const { examples } = split;
    const result = predict(examples);
    const lengths = {
      lengths: Int32Array.from(examples, ({ texts }) => texts.flatMap(wordsOf).length),
      truncated: examples.map(() => false),
    };
    yield { predictions: predictionBatch(task, 0, split, result, lengths) };
    if (!isScored(split)) continue;
    const labels = split.examples.map(({ label }) => label);
    yield { scores: scoreRows(task, split.split, 0, labels, result.values, trainLabels) };
  }
  progress(steps, steps, "splits");
}

/** Always the training examples' most frequent class, each class as likely as it is among them; of scores the mean. */
function majority(task: Task, train: readonly LabelledExample[]): Predictor {
  const labels = train.map(({ label }) => label);
  if (task.labels === "score") {
    const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
    return ({ length }) => ({
      values: new Float64Array(length).fill(mean),
      probabilities: new Float32Array(),
    });
  }
  const classes = task.labels.length;
  const shares = task.labels.map(
    (_, index) => labels.filter((label) => label === index).length / labels.length,
  );
  const best = majorityClass(labels, classes);
  return ({ length }) => ({
    values: new Float64Array(length).fill(best),
    probabilities: Float32Array.from(
      { length: length * classes },
      (_, index) => shares[index % classes]!,
    ),
  });
}

function linear(
  { task, inverseRegularisation, penalty }: BaselineParams,
  train: readonly LabelledExample[],
): Predictor {
  const features = new WordFeatures(train.map(({ texts }) => texts));
  const rowsOf = (examples: readonly TaskExample[]) =>
    features.rows(examples.map(({ texts }) => texts));
  const labels = train.map(({ label }) => label);
  if (task.labels === "score") {
    const model = fitRidge(rowsOf(train), labels, penalty);
    return (examples) => predictionsOf(ridgePredictions(model, rowsOf(examples)), 1);
  }
  const classes = task.labels.length;
  const model = fitLogistic(rowsOf(train), labels, classes, { inverseRegularisation });
  return (examples) => predictionsOf(logisticLogits(model, rowsOf(examples)), classes);
}
