import type { Precision, TensorMap } from "../backend/backend.ts";
import { matmulPeak } from "../backend/matmul-peak.ts";
import { type BackendName, selectBackend } from "../backend/select.ts";
import { RandomStream } from "../lib/random.ts";
import { median } from "../lib/spread.ts";
import type { AlbertConfig } from "../model/config.ts";
import { initialState } from "../model/gradient-program.ts";
import { initialParameters } from "../model/initial-parameters.ts";
import { applyInputs, optimiserSchema } from "../model/optimiser.ts";
import { type PretrainingShape, pretrainingPrograms } from "../model/pretraining.ts";
import { stepFlops } from "../model/step-cost.ts";
import { toFirstStep } from "./first-step.ts";
import { startPeer } from "./peer.ts";
import type { Bench, Result } from "./result.ts";

/** Products of which the fastest is the peak. */
const PEAK_RUNS = 20;
export const SEQUENCE_LENGTH = 128;
const MASKED_PER_ROW = 20;
const THREADS = 2;
const LEARNING_RATE = 1e-4;
/** Of float16: what a training comes to within its first steps. */
const LOSS_SCALE = 2 ** 12;

interface TrainingBench {
  readonly bench: string;
  readonly config: AlbertConfig;
  readonly batchSize: number;
  /** How often ours and the peer take turns. */
  readonly rounds: number;
  /** Steps a turn. */
  readonly steps: number;
  /** How torch computes: as ours does, with autocast to bfloat16, or compiled. */
  readonly peer: PeerMode;
  /** Whether ours computes layers again for their gradients. */
  readonly recompute: boolean;
}

const PEER_MODES = ["fp32", "bf16", "compile"] as const;
type PeerMode = (typeof PEER_MODES)[number];

/** A bench of `[rounds] [steps a round] [fp32 | bf16 | compile] [recompute]`. */
export function trainingBench(
  bench: Pick<TrainingBench, "bench" | "config" | "batchSize">,
  defaults: { readonly rounds: number; readonly steps: number },
): Bench {
  return ([rounds = defaults.rounds, steps = defaults.steps, mode = "fp32", recompute]) => {
    const peer = PEER_MODES.find((each) => each === mode);
    if (peer === undefined) throw new Error(`expected ${PEER_MODES.join(", ")}; got ${mode}`);
    return compareTraining({
      ...bench,
      rounds: Number(rounds),
      steps: Number(steps),
      peer,
      recompute: recompute === "recompute",
    });
  };
}

/** The shape of a batch whose rows are full. */
const shapeOf = (batchSize: number): PretrainingShape => ({
  batchSize,
  sequenceLength: SEQUENCE_LENGTH,
  maskedPositions: batchSize * MASKED_PER_ROW,
});

/** Runs a number of training steps and resolves to the seconds that they took. */
export interface Trainer {
  readonly description: string;
  run(steps: number): Promise<number>;
  /** Of its process so far. */
  peakMemoryMegabytes(): Promise<number>;
  /** FLOP/s of its matrix product. */
  matmulPeak(): Promise<number>;
  stop(): Promise<void>;
}

/** A batch of random pieces, every row full. */
function randomBatch(config: AlbertConfig, shape: PretrainingShape): TensorMap {
  const random = new RandomStream(1, "bench");
  const tokens = shape.batchSize * shape.sequenceLength;
  const ids = (length: number, bound: number) =>
    Int32Array.from({ length }, () => random.below(bound));
  return {
    input_ids: ids(tokens, config.vocabSize),
    attention_mask: new Int32Array(tokens).fill(1),
    token_type_ids: ids(tokens, 2),
    masked_lm_positions: Int32Array.from(
      { length: shape.maskedPositions },
      (_, i) => Math.floor(i / MASKED_PER_ROW) * SEQUENCE_LENGTH + (i % MASKED_PER_ROW) * 6,
    ),
    masked_lm_ids: ids(shape.maskedPositions, config.vocabSize),
    masked_lm_weights: new Float32Array(shape.maskedPositions).fill(1),
    sentence_order_labels: ids(shape.batchSize, 2),
    sentence_order_weights: new Float32Array(shape.batchSize).fill(1),
  };
}

interface OurTraining extends Pick<TrainingBench, "config" | "batchSize" | "recompute"> {
  readonly backend?: BackendName;
  readonly precision?: Precision;
}

/** Our whole step on random batches. */
export async function ourTrainer({
  config,
  batchSize,
  recompute,
  backend: name = "onnxruntime",
  precision = "float32",
}: OurTraining): Promise<Trainer> {
  const backend = await selectBackend(name, { threads: THREADS, precision });
  const optimiser = optimiserSchema.parse({ name: "adamw", biasCorrection: true });
  const shape = shapeOf(batchSize);
  const programs = pretrainingPrograms(config, shape, optimiser, { recompute, precision });
  const initial = initialParameters(programs.parameters, config, 1);
  const state = await backend.createState(programs.state, initialState(programs.state, initial));
  const gradients = await backend.compile(programs.gradients, state);
  const apply = await backend.compile(programs.apply, state);
  const scale = precision === "float16" && { loss_scale: Float32Array.of(LOSS_SCALE) };
  const batch = { ...randomBatch(config, shape), ...scale };
  let step = 0;
  return {
    description: backend.description,
    async run(steps) {
      const start = performance.now();
      for (let i = 0; i < steps; i++) {
        const { gradient_norm } = await gradients.run(batch);
        await apply.run(applyInputs(optimiser, step++, LEARNING_RATE, gradient_norm![0]!));
      }
      return (performance.now() - start) / 1000;
    },
    peakMemoryMegabytes: async () => process.resourceUsage().maxRSS / 1024,
    matmulPeak: () => matmulPeak(backend, PEAK_RUNS),
    async stop() {
      await backend.dispose();
    },
  };
}

/** The peer's process reads a number of steps a line and answers with the seconds that they took. */
export async function torchTrainer(
  { config, batchSize, peer: mode }: Pick<TrainingBench, "config" | "batchSize" | "peer">,
  device: "cpu" | "cuda" = "cpu",
): Promise<Trainer> {
  const peer = await startPeer("train_torch.py", {
    vocab_size: config.vocabSize,
    embedding_size: config.embeddingSize,
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.numHiddenLayers,
    num_attention_heads: config.numAttentionHeads,
    intermediate_size: config.intermediateSize,
    batch_size: batchSize,
    sequence_length: SEQUENCE_LENGTH,
    masked_per_row: MASKED_PER_ROW,
    threads: THREADS,
    learning_rate: LEARNING_RATE,
    mode,
    device,
  });
  return {
    description: peer.description,
    run: async (steps) => Number(await peer.ask(`${steps}`)),
    peakMemoryMegabytes: async () => Number(await peer.ask("memory")),
    matmulPeak: async () => Number(await peer.ask("peak")),
    stop: peer.stop,
  };
}

/** Tokens a second of whole training steps, ours and torch's in turn; see the printed lines for what is compared. */
async function compareTraining(bench: TrainingBench): Promise<Result> {
  const { batchSize, rounds, steps } = bench;
  const starting = performance.now();
  const peer = await torchTrainer(bench);
  const peerStart = (performance.now() - starting) / 1000;
  const toOurs = { config: bench.config, shape: shapeOf(batchSize), threads: THREADS };
  const { seconds: ourStart } = await toFirstStep(toOurs);
  const ours = await ourTrainer(bench);
  console.log(`ours: ${ours.description}`);
  console.log(`peer: ${peer.description}`);
  console.log(
    `whole step: forward, backward, gradient norm clipped to 1, AdamW; ${THREADS} threads, dropout 0, ` +
      `${batchSize} x ${SEQUENCE_LENGTH}, ${MASKED_PER_ROW} masked positions a row.\n` +
      "The peer gets labels at those positions only; transformers computes the logits of all positions all the same.",
  );
  const speeds = { ours: [] as number[], peer: [] as number[] };
  console.log(
    `from the start of a process until the first step begins: ours ${ourStart.toFixed(1)} s, with its programs compiled; ` +
      `the peer ${peerStart.toFixed(1)} s, when its model is there`,
  );
  await ours.run(1);
  await peer.run(1);
  for (let round = 0; round < rounds; round++) {
    for (const [name, trainer] of [
      ["ours", ours],
      ["peer", peer],
    ] as const)
      speeds[name].push((batchSize * SEQUENCE_LENGTH * steps) / (await trainer.run(steps)));
    console.log(
      `round ${round + 1}: ours ${speeds.ours.at(-1)!.toFixed(0)}, peer ${speeds.peer.at(-1)!.toFixed(0)} tokens/s`,
    );
  }
  const memory = [await ours.peakMemoryMegabytes(), await peer.peakMemoryMegabytes()] as const;
  const peaks = [await ours.matmulPeak(), await peer.matmulPeak()] as const;
  await ours.stop();
  await peer.stop();
  const [mine, theirs] = [median(speeds.ours), median(speeds.peer)];
  const flops = stepFlops(bench.config, shapeOf(batchSize)) / (batchSize * SEQUENCE_LENGTH);
  return {
    bench: bench.bench,
    ratio: mine / theirs,
    ours: mine,
    peer: theirs,
    unit: "tokens/s",
    rounds: speeds,
    ourPeakMemoryMegabytes: Math.round(memory[0]),
    peerPeakMemoryMegabytes: Math.round(memory[1]),
    secondsToFirstStep: ourStart,
    peerSecondsToFirstStep: peerStart,
    ourMatmulPeak: peaks[0],
    peerMatmulPeak: peaks[1],
    shareOfOurMatmulPeak: (mine * flops) / peaks[0],
  };
}
