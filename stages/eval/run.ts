import type { Backend } from "../../backend/backend.ts";
import { type Inputs, makeBatch, type StageContext } from "../../engine/index.ts";
import { RandomStream } from "../../lib/random.ts";
import { openEncoder } from "../../lib/tokenizer/encoder.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { openBackend } from "../open-backend.ts";
import { explained } from "../tokenizer-input.ts";
import type { checkpoint, scores } from "../train/tables.ts";
import { Classifier } from "./classifier.ts";
import { FeatureBuilder } from "./features.ts";
import { fineTune, predict } from "./fine-tune.ts";
import type { EvalParams } from "./params.ts";
import { readPretrained } from "./pretrained.ts";
import { type LabelledExample, readLabelled } from "./read/index.ts";
import { type Predicted, predictionsOf, scoreRows } from "./scoring.ts";
import { type data, predictions } from "./tables.ts";
import { outputsOf, type Split, splitsOf, type Task } from "./task.ts";

type EvalInputs = Inputs<{
  readonly checkpoint: typeof checkpoint;
  readonly data: typeof data;
}>;
type EvalOutputs = { readonly scores: typeof scores; readonly predictions: typeof predictions };

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
  const { params, seed } = context;
  const { task } = params;
  // All files are read before anything is trained: what is wrong in one shows at once.
  const [trainSplit, ...others] = splitsOf(task);
  const train = await readExamples(task, trainSplit!, inputs, context);
  const splits: [split: string, examples: readonly LabelledExample[]][] = [];
  for (const split of others.filter(({ role }) => role === "dev")) {
    splits.push([split.name, await readExamples(task, split, inputs, context)]);
  }

  const pretrained = await readPretrained(inputs, params);
  const { roles } = pretrained.tokenizer;
  const encoder = await explained(() => openEncoder(pretrained.tokenizer));
  const builder = new FeatureBuilder(encoder, roles, params.maxSeqLength);
  const chosen = sample(train, params.maxTrainExamples, task.name, seed);

  const outputs = outputsOf(task);
  const options = {
    config: pretrained.config,
    task:
      task.labels === "score"
        ? ({ kind: "regression" } as const)
        : ({ kind: "classes", classes: outputs } as const),
    batchSize: params.trainBatchSize,
    classifierDropout: params.classifierDropout,
    optimiser: optimiserSchema.parse({ name: "adamw", weightDecay: params.weightDecay }),
  };
  context.log("info", `${task.name}: ${chosen.length} training examples, ${backend.description}`);
  const classifier = await Classifier.create(backend, options, pretrained.parameters, seed);
  try {
    await fineTune(classifier, await builder.build(chosen), roles.pad, context);
    const trainLabels = chosen.map(({ label }) => label);
    for (const [split, examples] of splits) {
      const features = await builder.build(examples);
      const logits = await predict(classifier, features, outputs, roles.pad, context);
      const predicted = predictionsOf(logits, outputs);
      const labels = examples.map(({ label }) => label);
      yield {
        predictions: predictionBatch(task, split, examples, predicted),
        scores: scoreRows(task, split, labels, predicted.values, trainLabels),
      };
    }
  } finally {
    await classifier.dispose();
  }
}

async function readExamples(
  task: Task,
  split: Split,
  { data }: Pick<EvalInputs, "data">,
  { log }: Pick<StageContext<EvalParams>, "log">,
): Promise<readonly LabelledExample[]> {
  const { examples, skipped, rowsKnown } = await readLabelled(task, data.path, split);
  if (skipped > 0) log("info", `${task.name}: ${split.file}: broken lines passed over: ${skipped}`);
  if (rowsKnown !== undefined)
    log(
      "warn",
      `${task.name}: ${split.file} has ${examples.length} examples where ${rowsKnown} are known`,
    );
  return examples;
}

/** `count` of the examples, drawn at random and left in their order; all of them where there are no more. */
function sample(
  examples: readonly LabelledExample[],
  count: number | undefined,
  task: string,
  seed: number,
): readonly LabelledExample[] {
  if (count === undefined || count >= examples.length) return examples;
  const order = Array.from(examples, (_, index) => index);
  new RandomStream(seed, "eval sample", task).shuffle(order);
  const kept = new Set(order.slice(0, count));
  return examples.filter((_, index) => kept.has(index));
}

function predictionBatch(
  task: Task,
  split: string,
  examples: readonly LabelledExample[],
  { values, probabilities }: Predicted,
) {
  const word = (value: number) =>
    task.labels === "score" ? String(Math.fround(value)) : task.labels[value]!;
  return makeBatch(predictions, {
    task: examples.map(() => task.name),
    split: examples.map(() => split),
    index: examples.map(({ index }) => index),
    label: examples.map(({ label }) => word(label)),
    prediction: Array.from(values, word),
    probability: probabilities,
  });
}
