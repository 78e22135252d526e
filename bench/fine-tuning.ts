import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Backend } from "../backend/backend.ts";
import { selectBackend } from "../backend/select.ts";
import { type StageContext, viewBatch } from "../engine/index.ts";
import { readVocabFile } from "../lib/tokenizer/vocab-file.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "../model/checkpoint.ts";
import { writeFineTuned } from "../model/classifier-checkpoint.ts";
import { type AlbertShape, parameterCount } from "../model/config.ts";
import { initialParameters } from "../model/initial-parameters.ts";
import {
  classificationParameters,
  encoderParameters,
  pretrainingParameters,
} from "../model/parameters.ts";
import { findGlue, type GlueTask } from "../stages/eval/index.ts";
import { type EvalParams, params as schema } from "../stages/eval/params.ts";
import { planFineTuning } from "../stages/eval/plan.ts";
import { evaluateTask } from "../stages/eval/run.ts";
import { predictions } from "../stages/eval/tables.ts";
import { fineTunedTask, outputsOf, type Task } from "../stages/eval/task.ts";
import { isScored, readTaskData } from "../stages/eval/task-data.ts";
import { type Peer, startPeer } from "./peer.ts";

const SHARED = resolve(import.meta.dirname, "../../shared/data");
/** torch's own. */
const EPSILON = 1e-8;
/** Of a training file without a labelled one beside it. */
const HELDOUT_SHARE = 0.02;

export interface FineTuning {
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly maxSeqLength: number;
  readonly maxTrainExamples?: number;
  readonly seed: number;
}

export interface FineTuned {
  /** From texts to predictions of the dev set. */
  readonly seconds: number;
  /** Class indices or scores of the dev set's examples, in their order. */
  readonly predictions: readonly number[];
  /** The mean of the training loss over all steps. */
  readonly loss: number;
}

/** A task of GLUE with the labels of what is evaluated: its dev set, or what is held out where there is none. */
export interface BenchTask {
  readonly task: Task;
  readonly heldoutShare?: number;
  readonly folder: string;
  readonly labels: readonly number[];
}

/** Fine-tunes one and the same checkpoint, here and with transformers' Trainer on torch CPU. */
export class FineTuningRig {
  readonly description: string;
  readonly #backend: Backend;
  readonly #peer: Peer;
  readonly #folder: string;

  private constructor(description: string, backend: Backend, peer: Peer, folder: string) {
    this.description = description;
    this.#backend = backend;
    this.#peer = peer;
    this.#folder = folder;
  }

  /** From random weights of a shape, or from a checkpoint's folder. */
  static async create(from: AlbertShape | string, threads = 2): Promise<FineTuningRig> {
    const folder = await mkdtemp(join(tmpdir(), "bench-glue-"));
    const start =
      typeof from === "string"
        ? await readCheckpoint(from, pretrainingParameters)
        : await randomCheckpoint(from);
    await writeCheckpoint(folder, start);
    const backend = await selectBackend("onnxruntime", { threads });
    const options = { checkpoint: folder, folder: join(folder, "trainer"), threads };
    const peer = await startPeer("glue_trainer.py", options);
    const { config } = start;
    const { model } = parameterCount(config);
    const weights = typeof from === "string" ? "pretrained weights" : "random weights";
    const description = [
      `ours: ${backend.description}`,
      `peer: ${peer.description}`,
      `ALBERT of ${(model / 1e6).toFixed(1)} M parameters (H ${config.hiddenSize}, ${config.numHiddenLayers} layers, vocabulary ${config.vocabSize}), ${weights}, fp32, ${threads} ${threads === 1 ? "thread" : "threads"}; AdamW with bias correction, warm-up 10 %, linear decay, gradients clipped to 1, classifier dropout 0.1`,
    ].join("\n");
    return new FineTuningRig(description, backend, peer, folder);
  }

  async task(name: GlueTask): Promise<BenchTask> {
    const found = (await findGlue(join(SHARED, "glue"))).find((each) => each.name === name);
    if (found === undefined) throw new Error(`${name} is not in ../shared/data/glue`);
    const task = { ...found.task, test: {} };
    const own = { task, ...(!found.hasDev && { heldoutShare: HELDOUT_SHARE }) };
    const { evaluated } = await readTaskData(own, found.data.path, 0, () => {});
    const dev = evaluated.filter(isScored)[0]!;
    return {
      ...own,
      folder: found.data.path,
      labels: dev.examples.map(({ label }) => label),
    };
  }

  /** What is fed to `evaluate`, beside its defaults. */
  #params({ task, heldoutShare }: BenchTask, tuning: FineTuning): EvalParams {
    return schema.parse({
      task,
      heldoutShare,
      numTrainEpochs: tuning.epochs,
      trainBatchSize: tuning.batch,
      learningRate: tuning.learningRate,
      maxSeqLength: tuning.maxSeqLength,
      ...(tuning.maxTrainExamples !== undefined && { maxTrainExamples: tuning.maxTrainExamples }),
      optimiser: { biasCorrection: true, epsilon: EPSILON },
    });
  }

  async ours(task: BenchTask, tuning: FineTuning): Promise<FineTuned> {
    const params = this.#params(task, tuning);
    const context = {
      node: "eval",
      params,
      seed: tuning.seed,
      threads: 1,
      signal: new AbortController().signal,
      files: [],
      folder: () => this.#folder,
      progress: () => {},
      metric: () => {},
      log: () => {},
    } satisfies StageContext<EvalParams>;
    const inputs = { checkpoint: { path: this.#folder }, data: { path: task.folder } };
    const values: number[] = [];
    let [losses, steps] = [0, 0];
    const start = performance.now();
    for await (const yielded of evaluateTask(inputs, context, this.#backend)) {
      if (yielded.curve !== undefined) {
        losses += yielded.curve.value * (yielded.curve.step - steps);
        steps = yielded.curve.step;
      }
      if (yielded.predictions === undefined) continue;
      const { labels } = params.task;
      const { prediction } = viewBatch(predictions, yielded.predictions);
      for (let row = 0; row < prediction.length; row++) {
        const word = prediction.get(row);
        values.push(labels === "score" ? Number(word) : labels.indexOf(word));
      }
    }
    const seconds = (performance.now() - start) / 1000;
    return { seconds, predictions: values, loss: losses / steps };
  }

  /**
   * From the same weights, of the classifier too, on the same examples, drawn as ours are; `grouped` has the Trainer put
   * examples of about one length together.
   */
  async theirs(task: BenchTask, tuning: FineTuning, grouped = false): Promise<FineTuned> {
    const params = this.#params(task, tuning);
    const { train, evaluated } = await readTaskData(params, task.folder, tuning.seed, () => {});
    const { schedule } = planFineTuning(params, train.length);
    const split = (
      examples: readonly { texts: readonly string[] }[],
      labels: readonly number[],
    ) => ({
      texts: examples.map(({ texts }) => texts),
      labels,
    });
    const job = {
      model: await this.#startOf(params, tuning.seed),
      outputs: outputsOf(params.task),
      train: split(
        train,
        train.map(({ label }) => label),
      ),
      dev: split(evaluated[0]!.examples, task.labels),
      epochs: tuning.epochs,
      batch: tuning.batch,
      learning_rate: tuning.learningRate,
      warmup_steps: schedule.warmupSteps,
      max_length: tuning.maxSeqLength,
      classifier_dropout: params.classifierDropout,
      epsilon: EPSILON,
      seed: tuning.seed,
      grouped,
    };
    const path = join(this.#folder, "job.json");
    await writeFile(path, JSON.stringify(job));
    return JSON.parse(await this.#peer.ask(path)) as FineTuned;
  }

  /** Writes the model that ours begins with. */
  async #startOf({ task, classifierDropout }: EvalParams, seed: number): Promise<string> {
    const { config, parameters, tokenizer } = await readCheckpoint(this.#folder, encoderParameters);
    const all = classificationParameters(config, outputsOf(task));
    const fresh = Object.fromEntries(Object.entries(all).filter(([name]) => !(name in parameters)));
    const folder = join(this.#folder, `${task.name}-${seed}`);
    await mkdir(folder, { recursive: true });
    await writeFineTuned(folder, {
      config,
      parameters: { ...parameters, ...initialParameters(fresh, config, seed) },
      tokenizer,
      task: fineTunedTask(task),
      classifierDropout,
    });
    return folder;
  }

  async stop(): Promise<void> {
    await this.#peer.stop();
    await this.#backend.dispose();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function randomCheckpoint(shape: AlbertShape): Promise<Checkpoint> {
  const tokenizer = await readVocabFile(join(SHARED, "vocab/bert-base-uncased/vocab.txt"), {
    lowercase: true,
  });
  const config = { ...shape, vocabSize: tokenizer.pieces.length };
  const parameters = initialParameters(pretrainingParameters(config), config, 1);
  return { config, parameters, tokenizer };
}
