import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { Backend } from "../../backend/backend.ts";
import type { Inputs, StageContext } from "../../engine/index.ts";
import { formatInteger } from "../../lib/format.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { moments } from "../../model/apply-program.ts";
import { parameterCount } from "../../model/config.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import type { examples } from "../sop-pairs/tables.ts";
import type { tokenizer } from "../tokenize/tables.ts";
import { readTokenizerInput } from "../tokenizer-input.ts";
import { Cost } from "./cost.ts";
import { readExamples } from "./example-set.ts";
import { HISTORY_FILE, History } from "./history.ts";
import { fittingMicroBatch, ONNXRUNTIME_BY_PRECISION } from "./memory.ts";
import { type TrainParams, warningsOf } from "./params.ts";
import { Progress } from "./progress.ts";
import { exampleSource } from "./redraw.ts";
import { intactProgress, SavedStates } from "./saved-states.ts";
import { ascending, lengthsFor, paddedShapes } from "./shape.ts";
import { Trainer } from "./trainer.ts";
import type { Beginning, Training, TrainingContext } from "./training.ts";

/**
 * The parts of a batch fit into half of so much memory wherever there is so much, because their size moves the last bits
 * of a result, which should not depend on the machine.
 */
const USUAL_MEMORY = 16e9;

export type TrainInputs = Inputs<{
  readonly examples: typeof examples;
  readonly tokenizer: typeof tokenizer;
}>;

/** Reads what is to be trained on and goes on from the newest state there is, else from the beginning. */
export async function begin(
  inputs: TrainInputs,
  context: TrainingContext & Pick<StageContext<TrainParams>, "resumption">,
  backend: Backend,
  beginningOf: (tokenizer: TokenizerDefinition) => Promise<Beginning>,
): Promise<Training> {
  const { params, seed } = context;
  const { folder, earlier } = context.resumption!;
  const cost = await Cost.open(folder);
  const tokenizer = await readTokenizerInput(inputs.tokenizer);
  const set = await readExamples(inputs.examples, tokenizer.pieces.length);
  const beginning = await beginningOf(tokenizer);
  const { config } = beginning;
  const lengths = lengthsFor(set, params, config);
  const { trainBatchSize: batchSize } = params;
  const states = new SavedStates({
    folder,
    keep: params.keepCheckpoints,
    isScheduled: (step) => step % params.saveEverySteps === 0,
    moments: moments(pretrainingParameters(config)),
  });
  const warn = (path: string) => context.log("warn", `${path} is damaged: an older state is taken`);
  let state = await states.newest(warn);
  if (state === undefined && earlier !== undefined) {
    await adopt(states, folder, earlier);
    state = await states.newest(warn);
  }
  const microBatchSize =
    state?.progress.microBatchSize ?? params.microBatchSize ?? usualMicroBatch();
  context.log("info", describeTraining());
  for (const warning of warningsOf(params, set.train.length)) context.log("warn", warning);
  if (params.precision === "float16" && backend.name === "onnxruntime")
    context.log("warn", "float16 is only played by a processor, and slower than float32 there");
  const trainer = await Trainer.create({
    backend,
    config,
    optimiser: params.optimiser,
    recompute: params.recomputeActivations,
    precision: params.precision,
    batchSize,
    ...lengths,
    microBatchSize,
    shrinks: params.microBatchSize === undefined,
    onShrink: (size) =>
      context.log("warn", `memory ran out: ${size} examples are computed at once from now on`),
  });
  if (state === undefined) await beginning.initialise(trainer.model);
  else await trainer.model.write(...(await states.read(state)));
  if (state !== undefined) context.log("info", `goes on from step ${state.progress.step}`);
  return {
    context,
    beginning,
    backend,
    folder,
    table: inputs.examples,
    tokenizer,
    set,
    source: await exampleSource(set, inputs.examples, tokenizer, params, seed),
    trainer,
    states,
    history: await History.open(folder, state?.progress.historyBytes ?? 0),
    cost,
    progress: new Progress(params, state?.progress ?? beginning.updates),
    ended: undefined,
  };

  function usualMicroBatch(): number {
    const { recomputeActivations } = params;
    const model = ONNXRUNTIME_BY_PRECISION[params.precision];
    const whole = paddedShapes(lengths, batchSize);
    const usual = fittingMicroBatch(config, whole, recomputeActivations, model, USUAL_MEMORY);
    const here = fittingMicroBatch(config, whole, recomputeActivations, model);
    if (here >= usual) return usual;
    context.log(
      "warn",
      `the memory here holds ${here} of ${batchSize} examples at once, where 16 GB hold ${usual}: the last bits of the result will ` +
        `differ from theirs (train.microBatchSize: ${here} has all machines do the same)`,
    );
    return here;
  }

  function describeTraining(): string {
    const epochs = (params.numTrainSteps * batchSize) / set.train.length;
    const parts = microBatchSize < batchSize ? `, ${microBatchSize} at once` : "";
    const padded = ascending(lengths).map(({ sequenceLength }) => sequenceLength);
    return (
      `${formatInteger(parameterCount(config).total)} parameters on ${backend.description}; ` +
      `batches of ${batchSize} by ${padded.join(", ")}${parts}; ${params.numTrainSteps} steps go ` +
      `${epochs.toFixed(1)} times through ${formatInteger(set.train.length)} training examples; ` +
      `${formatInteger(set.heldout.length)} held out`
    );
  }
}

/** Puts what a shorter training left into the folder of this one. */
async function adopt(
  states: SavedStates,
  folder: string,
  earlier: Readonly<Record<string, string>>,
): Promise<void> {
  const [optimiser, checkpoint] = [earlier["optimiser"]!, earlier["checkpoint"]!];
  const progress = await intactProgress(optimiser);
  if (progress === undefined) return;
  await cp(join(optimiser, HISTORY_FILE), join(folder, HISTORY_FILE));
  const [models, best] = [earlier["checkpoints"]!, earlier["best"]!];
  await states.adopt(progress, { checkpoint, optimiser, models, best });
}
