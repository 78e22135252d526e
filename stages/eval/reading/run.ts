import type { Backend } from "../../../backend/backend.ts";
import { type Inputs, makeBatch, type StageContext, utf8Data } from "../../../engine/index.ts";
import { openEncoder } from "../../../lib/tokenizer/encoder.ts";
import { writeFineTuned } from "../../../model/classifier-checkpoint.ts";
import { openBackend } from "../../open-backend.ts";
import { explained } from "../../tokenizer-input.ts";
import type { checkpoint, scores } from "../../train/tables.ts";
import { paddedLengths } from "../batches.ts";
import { Classifier } from "../classifier.ts";
import { fineTune } from "../fine-tune.ts";
import { readPretrained } from "../pretrained.ts";
import { answers, type curve, type data } from "../tables.ts";
import { choiceReader } from "./choice-reader.ts";
import type { ReadingParams } from "./params.ts";
import { spanReader } from "./span-reader.ts";

type ReadingInputs = Inputs<{
  readonly checkpoint: typeof checkpoint;
  readonly data: typeof data;
}>;
type Context = StageContext<
  ReadingParams,
  {
    readonly scores: typeof scores;
    readonly answers: typeof answers;
    readonly curve: typeof curve;
    readonly checkpoint: typeof checkpoint;
  }
>;

/** Evaluates on the backend that the parameters name, and frees it afterwards. */
export async function* runReading(inputs: ReadingInputs, context: Context) {
  const backend = await openBackend(context);
  try {
    yield* readAndAnswer(inputs, context, backend);
  } finally {
    await backend.dispose();
  }
}

/** Fine-tunes, answers each evaluated file and scores the answers. All files are read before anything is trained. */
export async function* readAndAnswer(
  inputs: ReadingInputs,
  context: Omit<Context, "node" | "threads" | "files">,
  backend: Backend,
) {
  const { params } = context;
  const { dataset, seed } = params;
  const { config, parameters, tokenizer } = await readPretrained(inputs, params);
  const encoder = await explained(() => openEncoder(tokenizer));
  const open = dataset === "race" ? choiceReader : spanReader;
  const reader = await open(
    inputs.data.path,
    params,
    encoder,
    tokenizer.roles,
    context.seed + seed,
  );
  const lengths = paddedLengths(reader.features, params.maxSeqLength);
  const feeding = { lengths, padId: tokenizer.roles.pad };
  const { trainBatchSize, classifierDropout, optimiser } = params;
  const options = {
    config,
    task: reader.task,
    batchSize: trainBatchSize * reader.rowsOfUnit,
    classifierDropout,
    optimiser,
  };
  context.log(
    "info",
    `${dataset}: ${reader.train.rows.length} to train on; ${backend.description}`,
  );
  const classifier = await Classifier.create(backend, options, parameters, context.seed + seed);
  try {
    const files = Object.entries(params.dev);
    const [watched] = files;
    const score =
      watched &&
      (async () => {
        const [split, file] = watched;
        const answered = await reader.answer(file, classifier, feeding, context);
        const { metric, value } = answered.scores[0]!;
        return { split, metric, value };
      });
    const training = fineTune(classifier, dataset, reader.train, feeding, context, score);
    for await (const row of training) yield { curve: row };
    for (const [split, file] of files) {
      const answered = await reader.answer(file, classifier, feeding, context);
      const { rows } = answered;
      const offsets = new Int32Array(rows.length + 1);
      for (const [row, { right }] of rows.entries())
        offsets[row + 1] = offsets[row]! + right.length;
      yield {
        answers: makeBatch(answers, {
          dataset: rows.map(() => dataset),
          split: rows.map(() => split),
          seed: rows.map(() => seed),
          id: rows.map(({ id }) => id),
          question: rows.map(({ question }) => question),
          prediction: rows.map(({ prediction }) => prediction),
          answers: { offsets, values: utf8Data(rows.flatMap(({ right }) => right)) },
          exact: rows.map(({ exact }) => exact),
          f1: rows.map(({ f1 }) => f1),
          score: rows.map(({ score }) => score),
        }),
        scores: answered.scores.map(({ metric, value, baseline, baselineName }) => ({
          task: dataset,
          metric,
          split,
          value,
          baseline: baseline ?? null,
          baseline_name: baselineName ?? null,
          better: "higher",
          examples: rows.length,
          seed,
        })),
      };
    }
    if (params.saveCheckpoint)
      await writeFineTuned(context.folder("checkpoint"), {
        config,
        // A span's model leaves the pooler as it was.
        parameters: { ...parameters, ...(await classifier.read()).parameters },
        tokenizer,
        task: reader.task,
        classifierDropout,
      });
  } finally {
    await classifier.dispose();
  }
}
