import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Backend, TensorMap } from "../backend/backend.ts";
import { selectBackend } from "../backend/select.ts";
import { RandomStream } from "../lib/random.ts";
import { openEncoder } from "../lib/tokenizer/encoder.ts";
import { type Checkpoint, readCheckpoint } from "../model/checkpoint.ts";
import { writeFineTuned } from "../model/classifier-checkpoint.ts";
import { learningRateAt } from "../model/schedule.ts";
import { paddedLengths, planBatches } from "../stages/eval/batches.ts";
import { Classifier } from "../stages/eval/classifier.ts";
import { FeatureBuilder } from "../stages/eval/features.ts";
import { findGlue, type GlueTask } from "../stages/eval/index.ts";
import { params as schema } from "../stages/eval/params.ts";
import { planFineTuning } from "../stages/eval/plan.ts";
import { classificationTask, fineTunedTask, type Task } from "../stages/eval/task.ts";
import { readTaskData } from "../stages/eval/task-data.ts";
import { exampleUnits, inputsOf } from "../stages/eval/units.ts";
import { type Peer, startPeer } from "./peer.ts";
import type { Bench } from "./result.ts";

const GLUE = resolve(import.meta.dirname, "../../shared/data/glue");
const TASKS: readonly GlueTask[] = ["CoLA", "MRPC", "RTE", "STS-B"];
const BATCH = 16;
const LONGEST = 64;
const EVALUATED = 128;
const THREADS = 1;
const LIMIT = 1e-3;
const EPSILON = 1e-6;

/**
 * The same weights, classifier included, and the same batches of a task of GLUE through transformers on torch and
 * through ours, without dropout: how far the losses of the steps, and then the logits of the dev set's first examples,
 * are apart at most; `[checkpoint] [steps] [task…]`. `ratio` is the allowed distance to the largest.
 */
export const run: Bench = async ([
  checkpoint = "artifacts/train/latest/checkpoint",
  steps = "100",
  ...names
]) => {
  const start = await readCheckpoint(checkpoint);
  const folder = await mkdtemp(join(tmpdir(), "fine-tuning-curve-"));
  const backend = await selectBackend("onnxruntime", { threads: THREADS });
  const peer = await startPeer("fine_tune_torch.py", { threads: THREADS });
  console.log(`ours: ${backend.description}\npeer: ${peer.description}`);
  try {
    const distances: Record<string, { loss: number; logits: number }> = {};
    for (const { name, task, data } of await findGlue(GLUE)) {
      if (!(names.length === 0 ? TASKS : names).includes(name)) continue;
      distances[name] = await compare(task, data.path, start, Number(steps), folder, backend, peer);
    }
    const largest = Math.max(...Object.values(distances).flatMap((each) => Object.values(each)));
    return {
      bench: "fine-tuning-curve",
      ratio: LIMIT / largest,
      ours: largest,
      peer: LIMIT,
      unit: "largest distance of losses and logits",
      ...distances,
    };
  } finally {
    await peer.stop();
    await backend.dispose();
    await rm(folder, { recursive: true, force: true });
  }
};

async function compare(
  task: Task,
  path: string,
  { config, parameters, tokenizer }: Checkpoint,
  steps: number,
  folder: string,
  backend: Backend,
  peer: Peer,
): Promise<{ loss: number; logits: number }> {
  const params = schema.parse({
    task: { ...task, test: {} },
    numTrainSteps: steps,
    trainBatchSize: BATCH,
    learningRate: 1e-3,
    maxSeqLength: LONGEST,
    classifierDropout: 0,
    optimiser: { biasCorrection: true, epsilon: EPSILON },
  });
  const { optimiser, classifierDropout } = params;
  const { train, evaluated } = await readTaskData(params, path, 0, () => {});
  const builder = new FeatureBuilder(await openEncoder(tokenizer), tokenizer.roles, LONGEST);
  const features = await builder.build(train.slice(0, steps * BATCH));
  const dev = await builder.build(evaluated[0]!.examples.slice(0, EVALUATED));
  const lengths = paddedLengths([...features, ...dev], LONGEST);
  const scores = task.labels === "score";
  const [units, devUnits] = [exampleUnits(features, scores), exampleUnits(dev, scores)];
  const fed = (from: typeof units, rows: readonly number[], sequenceLength: number) =>
    inputsOf(from, rows, { batchSize: BATCH, sequenceLength }, tokenizer.roles.pad);

  const options = {
    config,
    task: classificationTask(task),
    batchSize: BATCH,
    classifierDropout,
    optimiser,
  };
  const classifier = await Classifier.create(backend, options, parameters, 0);
  const model = join(folder, task.name);
  await mkdir(model);
  await writeFineTuned(model, {
    config,
    parameters: (await classifier.read()).parameters,
    tokenizer,
    task: fineTunedTask(task),
    classifierDropout,
  });

  const { schedule } = planFineTuning(params, features.length);
  const order = new RandomStream(0, "fine-tuning curve", task.name);
  // Rows beyond the last whole batch would weigh nothing here, and something in the peer's mean.
  const batches = planBatches(features, lengths, BATCH, order).filter(
    ({ rows }) => rows.length === BATCH,
  );
  const losses: number[] = [];
  const trained: object[] = [];
  for (const [step, { sequenceLength, rows }] of batches.entries()) {
    const inputs = fed(units, rows, sequenceLength);
    const targets = units.targets(rows, BATCH);
    const { loss, gradientNorm } = await classifier.gradients(sequenceLength, {
      ...inputs,
      ...targets,
    });
    const rate = learningRateAt(step, schedule);
    await classifier.apply(step, rate, gradientNorm);
    losses.push(loss);
    trained.push({
      ...plain(inputs),
      labels: [...targets["labels"]!],
      length: sequenceLength,
      rate,
    });
  }
  const logits: number[] = [];
  const asked: object[] = [];
  for (const { sequenceLength, rows } of planBatches(dev, lengths, BATCH)) {
    const inputs = fed(devUnits, rows, sequenceLength);
    logits.push(...(await classifier.predict(sequenceLength, inputs)));
    asked.push({ ...plain(inputs), length: sequenceLength });
  }
  await classifier.dispose();

  const job = join(folder, `${task.name}.json`);
  const { weightDecay } = optimiser;
  const content = {
    model,
    steps: trained,
    evaluated: asked,
    weight_decay: weightDecay,
    epsilon: optimiser.epsilon,
  };
  await writeFile(job, JSON.stringify(content));
  const theirs = JSON.parse(await peer.ask(job)) as { losses: number[]; logits: number[][] };
  const apart = {
    loss: furthest(losses, theirs.losses),
    logits: furthest(logits, theirs.logits.flat()),
  };
  const [first, last] = [losses[0]!, losses.at(-1)!];
  console.log(
    `${task.name}: loss ${first.toFixed(6)} in step 1, ${last.toFixed(6)} in step ${losses.length} (peer ${theirs.losses.at(-1)!.toFixed(6)}), ` +
      `at most ${apart.loss.toExponential(1)} apart; logits of ${dev.length} dev examples ${apart.logits.toExponential(1)}`,
  );
  return apart;
}

function plain(tensors: TensorMap): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(tensors).map(([name, values]) => [name, [...values]]));
}

function furthest(ours: readonly number[], theirs: readonly number[]): number {
  return Math.max(...ours.map((value, at) => Math.abs(value - theirs[at]!)));
}
