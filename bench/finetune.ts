import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Backend } from "../backend/backend.ts";
import { selectBackend } from "../backend/select.ts";
import { RandomStream } from "../lib/random.ts";
import { median } from "../lib/spread.ts";
import { openEncoder } from "../lib/tokenizer/encoder.ts";
import { readVocabFile } from "../lib/tokenizer/vocab-file.ts";
import { type AlbertConfig, albert } from "../model/config.ts";
import { initialParameters } from "../model/initial-parameters.ts";
import { optimiserSchema } from "../model/optimiser.ts";
import { pretrainingParameters } from "../model/parameters.ts";
import { paddedLengths, planBatches } from "../stages/eval/batches.ts";
import { Classifier } from "../stages/eval/classifier.ts";
import { FeatureBuilder, type Features } from "../stages/eval/features.ts";
import { findGlue } from "../stages/eval/index.ts";
import { readTaskData } from "../stages/eval/task-data.ts";
import { exampleUnits, inputsOf } from "../stages/eval/units.ts";
import { UsedPieces } from "../stages/eval/used-pieces.ts";
import { startPeer } from "./peer.ts";
import type { Bench } from "./result.ts";

const SHARED = resolve(import.meta.dirname, "../../shared/data");
const TASKS = ["CoLA", "MRPC", "RTE"] as const;
const THREADS = 2;
const BATCH = 32;
const LEARNING_RATE = 1e-4;
const CLASSIFIER_DROPOUT = 0.1;
const MAX_SEQ_LENGTH = 128;
/** Examples of an epoch, a third from each task. */
const SIZES = { tiny: 576, base: 96 } as const;

/** An epoch of fine-tuning, and the seconds that it took. */
type Epoch = (epoch: number) => Promise<number>;

/**
 * Epochs of classification in batches of 32 on examples of CoLA, MRPC and RTE together, compiled before: examples a
 * second beside a plain loop over transformers' model on torch CPU; `[rounds] [tiny | base] [grouped]`. Ours pads to few
 * lengths; the peer pads each batch to its longest, and with `grouped` has batches of about one length too.
 */
export const run: Bench = async ([rounds = "4", size = "tiny", grouped]) => {
  if (size !== "tiny" && size !== "base") throw new Error(`expected tiny or base; got ${size}`);
  const tokenizer = await readVocabFile(join(SHARED, "vocab/bert-base-uncased/vocab.txt"), {
    lowercase: true,
  });
  const config = { ...albert(size), vocabSize: tokenizer.pieces.length };
  const builder = new FeatureBuilder(await openEncoder(tokenizer), tokenizer.roles, MAX_SEQ_LENGTH);
  const features = await mixture(builder, SIZES[size]);
  const folder = await mkdtemp(join(tmpdir(), "bench-finetune-"));
  const backend = await selectBackend("onnxruntime", { threads: THREADS });
  try {
    const lengths = paddedLengths(features, MAX_SEQ_LENGTH);
    const ours = await ourEpochs(backend, config, features, lengths, tokenizer.roles.pad);
    const path = join(folder, "examples.json");
    await writeFile(path, JSON.stringify(features.map(plain)));
    const peer = await startPeer("finetune_torch.py", {
      ...{ examples: path, threads: THREADS, batch: BATCH, learning_rate: LEARNING_RATE },
      ...{
        config: peerConfig(config),
        dropout: CLASSIFIER_DROPOUT,
        grouped: grouped === "grouped",
      },
    });
    console.log(`ours: ${backend.description}\npeer: ${peer.description}`);
    const mean = features.reduce((sum, { ids }) => sum + ids.length, 0) / features.length;
    console.log(
      `ALBERT ${size}, fp32, ${THREADS} threads, batches of ${BATCH}, AdamW, gradients clipped to 1; ${features.length} examples of ` +
        `${mean.toFixed(1)} pieces in the mean; ours padded to ${lengths.join(", ")}; peer padded to the longest of the batch`,
    );
    const speeds = { ours: [] as number[], peer: [] as number[] };
    await ours(0);
    await peer.ask("0");
    for (let round = 1; round <= Number(rounds); round++) {
      speeds.ours.push(features.length / (await ours(round)));
      speeds.peer.push(features.length / Number(await peer.ask(`${round}`)));
      console.log(
        `round ${round}: ours ${speeds.ours.at(-1)!.toFixed(1)}, peer ${speeds.peer.at(-1)!.toFixed(1)} examples/s`,
      );
    }
    await peer.stop();
    const [mine, theirs] = [median(speeds.ours), median(speeds.peer)];
    return {
      ...{ bench: "finetune", ratio: mine / theirs, ours: mine, peer: theirs, unit: "examples/s" },
      ...{ size, rounds: speeds },
    };
  } finally {
    await backend.dispose();
    await rm(folder, { recursive: true, force: true });
  }
};

/** The first training examples of each task. */
async function mixture(builder: FeatureBuilder, count: number): Promise<Features[]> {
  const found = await findGlue(join(SHARED, "glue"));
  const parts = await Promise.all(
    TASKS.map(async (name) => {
      const task = found.find((each) => each.name === name);
      if (task === undefined) throw new Error(`${name} is not in ../shared/data/glue`);
      const { train } = await readTaskData({ task: task.task }, task.data.path, 0, () => {});
      return builder.build(train.slice(0, count / TASKS.length));
    }),
  );
  return parts.flat();
}

async function ourEpochs(
  backend: Backend,
  config: AlbertConfig,
  features: readonly Features[],
  lengths: readonly number[],
  pad: number,
): Promise<Epoch> {
  const pieces = UsedPieces.of(features, pad, config.vocabSize);
  const units = exampleUnits(pieces.renumbered(features), false);
  const classifier = await Classifier.create(
    backend,
    {
      config: { ...config, vocabSize: pieces.size },
      task: { kind: "classes", classes: 2 },
      batchSize: BATCH,
      classifierDropout: CLASSIFIER_DROPOUT,
      optimiser: optimiserSchema.parse({ name: "adamw", biasCorrection: true, epsilon: 1e-8 }),
    },
    pieces.reduced(initialParameters(pretrainingParameters(config), config, 1)),
    1,
  );
  let step = 0;
  return async (epoch) => {
    const start = performance.now();
    const order = new RandomStream(1, "bench", "", epoch);
    for (const { sequenceLength, rows } of planBatches(features, lengths, BATCH, order)) {
      const { gradientNorm } = await classifier.gradients(sequenceLength, {
        ...inputsOf(units, rows, { batchSize: BATCH, sequenceLength }, pieces.numberOf(pad)),
        ...units.targets(rows, BATCH),
        dropout_seed: Int32Array.of(step),
      });
      await classifier.apply(step++, LEARNING_RATE, gradientNorm);
    }
    return (performance.now() - start) / 1000;
  };
}

const plain = ({ ids, secondFrom, label }: Features) => ({ ids: [...ids], secondFrom, label });

/** As transformers' AlbertConfig has it. */
function peerConfig(config: AlbertConfig) {
  return {
    vocab_size: config.vocabSize,
    embedding_size: config.embeddingSize,
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.numHiddenLayers,
    num_attention_heads: config.numAttentionHeads,
    intermediate_size: config.intermediateSize,
  };
}
