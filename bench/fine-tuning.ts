import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Backend } from "../backend/backend.ts";
import { selectBackend } from "../backend/select.ts";
import { type StageContext, viewBatch } from "../engine/index.ts";
import { readVocabFile } from "../lib/tokenizer/vocab-file.ts";
import { writeCheckpoint } from "../model/checkpoint.ts";
import { type AlbertShape, parameterCount } from "../model/config.ts";
import { initialParameters, pretrainingParameters } from "../model/parameters.ts";
import { findGlue, type GlueTask } from "../stages/eval/index.ts";
import { type EvalParams, params as schema } from "../stages/eval/params.ts";
import { planFineTuning } from "../stages/eval/plan.ts";
import { evaluateTask } from "../stages/eval/run.ts";
import { predictions } from "../stages/eval/tables.ts";
import { outputsOf, type Task } from "../stages/eval/task.ts";
import { isScored, readTaskData } from "../stages/eval/task-data.ts";
import { type Peer, startPeer } from "./peer.ts";

const SHARED = resolve(import.meta.dirname, "../../shared/data");
const THREADS = 2;
/** torch's own. */
const EPSILON = 1e-8;

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
}

/** A task of GLUE with the labels of its dev set. */
export interface BenchTask {
  readonly task: Task;
  readonly folder: string;
  readonly labels: readonly number[];
}

/** Fine-tunes one and the same checkpoint of random weights, here and with transformers' Trainer on torch CPU. */
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

  static async create(shape: AlbertShape): Promise<FineTuningRig> {
    const folder = await mkdtemp(join(tmpdir(), "bench-glue-"));
    const tokenizer = await readVocabFile(join(SHARED, "vocab/bert-base-uncased/vocab.txt"), {
      lowercase: true,
    });
    const config = { ...shape, vocabSize: tokenizer.pieces.length };
    await writeCheckpoint(folder, {
      config,
      parameters: initialParameters(pretrainingParameters(config), config, 1),
      tokenizer,
    });
    const backend = await selectBackend("onnxruntime", { threads: THREADS });
    const options = { checkpoint: folder, folder: join(folder, "trainer"), threads: THREADS };
    const peer = await startPeer("glue_trainer.py", options);
    const { model } = parameterCount(config);
    const description = [
      `ours: ${backend.description}`,
      `peer: ${peer.description}`,
      `ALBERT of ${(model / 1e6).toFixed(1)} M parameters (H ${config.hiddenSize}, ${config.numHiddenLayers} layers, vocabulary ${config.vocabSize}), random weights, fp32, ${THREADS} threads; AdamW with bias correction, warm-up 10 %, linear decay, gradients clipped to 1, classifier dropout 0.1`,
    ].join("\n");
    return new FineTuningRig(description, backend, peer, folder);
  }

  async task(name: GlueTask): Promise<BenchTask> {
    const found = (await findGlue(join(SHARED, "glue"))).find((each) => each.name === name);
    if (found === undefined) throw new Error(`${name} is not in ../shared/data/glue`);
    // What is measured is the dev set.
    const task = { ...found.task, test: {} };
    const { evaluated } = await readTaskData({ task }, found.data.path, 0, () => {});
    const dev = evaluated.filter(isScored)[0]!;
    return { task, folder: found.data.path, labels: dev.examples.map(({ label }) => label) };
  }

  /** What is fed to `evaluate`, beside its defaults. */
  #params({ task }: BenchTask, tuning: FineTuning): EvalParams {
    return schema.parse({
      task,
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
      threads: THREADS,
      signal: new AbortController().signal,
      files: [],
      folder: () => this.#folder,
      progress: () => {},
      metric: () => {},
      log: () => {},
    } satisfies StageContext<EvalParams>;
    const inputs = { checkpoint: { path: this.#folder }, data: { path: task.folder } };
    const values: number[] = [];
    const start = performance.now();
    for await (const yielded of evaluateTask(inputs, context, this.#backend)) {
      if (yielded.predictions === undefined) continue;
      const { labels } = params.task;
      const { prediction } = viewBatch(predictions, yielded.predictions);
      for (let row = 0; row < prediction.length; row++) {
        const word = prediction.get(row);
        values.push(labels === "score" ? Number(word) : labels.indexOf(word));
      }
    }
    return { seconds: (performance.now() - start) / 1000, predictions: values };
  }

  /** The same examples, drawn as ours are; `grouped` has the Trainer put examples of about one length together. */
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

  async stop(): Promise<void> {
    await this.#peer.stop();
    await this.#backend.dispose();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
