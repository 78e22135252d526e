import type { Backend } from "../../../backend/backend.ts";
import { type Inputs, PipelineError, type StageContext } from "../../../engine/index.ts";
import { readCheckpoint } from "../../../model/checkpoint.ts";
import { openBackend } from "../../open-backend.ts";
import type { examples } from "../../sop-pairs/tables.ts";
import { explained } from "../../tokenizer-input.ts";
import { shuffled } from "../batches.ts";
import { type ExampleSet, readExamples } from "../example-set.ts";
import type { ScoreRow } from "../scores.ts";
import { paddedLength } from "../shape.ts";
import type { checkpoint, scores } from "../tables.ts";
import type { PairsParams } from "./params.ts";
import { probeAccuracy } from "./probe.ts";
import { Reader } from "./reading.ts";

type PairsInputs = Inputs<{
  readonly checkpoint: typeof checkpoint;
  readonly ordered: typeof examples;
  readonly random: typeof examples;
}>;
type PairsContext = StageContext<PairsParams, { readonly scores: typeof scores }>;

/** Measures on the backend that the parameters name. */
export async function* runPairs(inputs: PairsInputs, context: PairsContext) {
  const backend = await openBackend(context);
  try {
    yield* measurePairsOn(inputs, context, backend);
  } finally {
    await backend.dispose();
  }
}

/** Measures a model on held-out pairs of both kinds. */
export async function* measurePairsOn(
  inputs: PairsInputs,
  { node, params, seed, signal, progress }: Omit<PairsContext, "folder">,
  backend: Backend,
) {
  const model = await explained(() => readCheckpoint(inputs.checkpoint.path));
  const { vocabSize } = model.config;
  const kinds = [
    {
      task: "sentence-order",
      input: "ordered",
      set: await readExamples(inputs.ordered, vocabSize),
    },
    { task: "next-sentence", input: "random", set: await readExamples(inputs.random, vocabSize) },
  ].map((kind) => ({
    ...kind,
    train: chosen(kind.set, "train", params.trainExamples, seed, `${node}.${kind.input}`),
    heldout: chosen(kind.set, "heldout", params.heldoutExamples, seed, `${node}.${kind.input}`),
  }));
  const sequenceLength = paddedLength(Math.max(...kinds.map(({ set }) => set.longest)));
  const mostTargets = Math.max(...kinds.map(({ set }) => set.mostTargets));
  const { batchSize, inverseRegularisation } = params;
  const shape = { batchSize, sequenceLength, maskedPositions: batchSize * mostTargets };
  const total = kinds.reduce((sum, { train, heldout }) => sum + train.length + heldout.length, 0);
  let done = 0;
  const onBatch = (examples: number): void => {
    signal.throwIfAborted();
    done += examples;
    progress(done, total, "examples");
  };
  const reader = await Reader.open(backend, model, shape);
  try {
    for (const { task, set, train, heldout } of kinds) {
      const fitted = await reader.read(set, train, onBatch);
      const read = await reader.read(set, heldout, onBatch);
      const { masked_lm_loss, masked_lm_accuracy, sentence_order_accuracy } = read.measured;
      const probe = probeAccuracy(fitted, read, inverseRegularisation);
      const row = scoreRow(heldout.length);
      const majority = majorityOf(read.labels);
      const rows = [
        row(task, "probe accuracy", probe, majority),
        row(task, "head accuracy", sentence_order_accuracy ?? 0, majority),
      ];
      if (task === "sentence-order")
        rows.push(row("masked-lm", "accuracy", masked_lm_accuracy), {
          ...row("masked-lm", "loss", masked_lm_loss),
          better: "lower",
        });
      yield { scores: rows };
    }
  } finally {
    await reader.dispose();
  }
}

/** Pairs of a split that have an answer, at most so many, drawn. */
function chosen(
  set: ExampleSet,
  split: "train" | "heldout",
  most: number,
  seed: number,
  where: string,
): Int32Array {
  const labelled = set[split].filter((example) => set.orderLabels[example] !== -1);
  if (labelled.length === 0)
    throw new PipelineError("the pairs have no answers", {
      where,
      expected: "sentence-order or next-sentence pairs",
      got: `${set[split].length} examples of split ${split}, none with a label`,
      hint: 'wire sop-pairs with objective "sop" into ordered and with "nsp" into random',
    });
  return shuffled(labelled, seed, `pairs-${split}`, 0).slice(0, most);
}

function majorityOf(labels: readonly number[]): number {
  const share = labels.filter((label) => label === 1).length / labels.length;
  return Math.max(share, 1 - share);
}

const scoreRow =
  (examples: number) =>
  (task: string, metric: string, value: number, majority?: number): ScoreRow => ({
    task,
    metric,
    split: "heldout",
    value,
    baseline: majority ?? null,
    baseline_name: majority === undefined ? null : "majority",
    better: "higher",
    examples,
    seed: null,
  });
