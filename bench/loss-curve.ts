import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { TensorMap } from "../backend/backend.ts";
import { selectBackend } from "../backend/select.ts";
import { type AlbertConfig, albert } from "../model/config.ts";
import { initialState } from "../model/gradient-program.ts";
import { toHuggingFaceConfig, toHuggingFaceTensors } from "../model/hugging-face.ts";
import { initialParameters } from "../model/initial-parameters.ts";
import { applyInputs, optimiserSchema } from "../model/optimiser.ts";
import { type PretrainingShape, pretrainingPrograms } from "../model/pretraining.ts";
import { writeSafetensors } from "../model/safetensors.ts";
import { learningRateAt } from "../model/schedule.ts";
import { startPeer } from "./peer.ts";
import type { Bench } from "./result.ts";

const STEPS = 200;
const ROWS = 16;
const LENGTH = 64;
const THREADS = 2;
const LIMIT = 1e-3;
/** Those of pipeline.config.ts. */
const SCHEDULE = {
  learningRate: 0.002,
  warmupSteps: 100,
  numTrainSteps: 2600,
  decay: "reference",
} as const;
const CONFIG: AlbertConfig = {
  ...albert("mini", {
    embeddingSize: 128,
    initializerRange: 0.08,
    positionInitializer: "sinusoidal",
  }),
  vocabSize: 4000,
};

interface Example {
  readonly input_ids: readonly number[];
  readonly token_type_ids: readonly number[];
  readonly masked_lm_positions: readonly number[];
  readonly masked_lm_ids: readonly number[];
  readonly sentence_order_label: number;
}

/** The default experiment's first training examples; the folder is that of the Parquet parts. */
async function readExamples(folder: string): Promise<Example[]> {
  const columns =
    "input_ids, token_type_ids, masked_lm_positions, masked_lm_ids, sentence_order_label";
  const connection = await (await DuckDBInstance.create()).connect();
  const parts = join(folder, "*.parquet").replaceAll("'", "''");
  const read = await connection
    .runAndReadAll(
      `select ${columns} from read_parquet('${parts}') where split = 'train' limit ${STEPS * ROWS}`,
    )
    .catch((cause: unknown) => {
      throw new Error(
        `no examples in ${folder}: run \`npx pipeline run sop-pairs\`, or name their folder`,
        { cause },
      );
    });
  return read.getRowObjectsJson() as unknown as Example[];
}

/** Batches without padding among their targets, so that both sides average over the same. */
function batchesOf(examples: readonly Example[]): TensorMap[] {
  return Array.from({ length: STEPS }, (_, step) => {
    const rows = examples.slice(step * ROWS, (step + 1) * ROWS);
    const padded = (row: readonly number[]) =>
      Array.from({ length: LENGTH }, (_, at) => row[at] ?? 0);
    const targets = rows.flatMap(({ masked_lm_ids }) => masked_lm_ids);
    return {
      input_ids: Int32Array.from(rows.flatMap((row) => padded(row.input_ids))),
      token_type_ids: Int32Array.from(rows.flatMap((row) => padded(row.token_type_ids))),
      attention_mask: Int32Array.from(rows.flatMap((row) => padded(row.input_ids.map(() => 1)))),
      masked_lm_positions: Int32Array.from(
        rows.flatMap((row, index) => row.masked_lm_positions.map((at) => index * LENGTH + at)),
      ),
      masked_lm_ids: Int32Array.from(targets),
      sentence_order_labels: Int32Array.from(rows, (row) => row.sentence_order_label),
    };
  });
}

/** Fills targets up to the shape that a program is compiled for. */
function asFed(batch: TensorMap, { maskedPositions }: PretrainingShape): TensorMap {
  const count = batch["masked_lm_ids"]!.length;
  const filled = (values: TensorMap[string]) => {
    const all = new Int32Array(maskedPositions);
    all.set(values);
    return all;
  };
  return {
    ...batch,
    masked_lm_positions: filled(batch["masked_lm_positions"]!),
    masked_lm_ids: filled(batch["masked_lm_ids"]!),
    masked_lm_weights: Float32Array.from({ length: maskedPositions }, (_, at) =>
      Number(at < count),
    ),
    sentence_order_weights: new Float32Array(ROWS).fill(1),
  };
}

/** The loss of every step on a backend, as the default of `npx pipeline run` computes it. */
async function ourCurve(
  name: "adamw" | "lamb",
  initial: TensorMap,
  batches: readonly TensorMap[],
): Promise<number[]> {
  const most = Math.max(...batches.map((batch) => batch["masked_lm_ids"]!.length));
  const shape = { batchSize: ROWS, sequenceLength: LENGTH, maskedPositions: most };
  const optimiser = optimiserSchema.parse({ name, biasCorrection: name === "adamw" });
  const programs = pretrainingPrograms(CONFIG, shape, optimiser);
  const backend = await selectBackend("onnxruntime", { threads: THREADS });
  const state = await backend.createState(programs.state, initialState(programs.state, initial));
  const gradients = await backend.compile(programs.gradients, state);
  const apply = await backend.compile(programs.apply, state);
  const losses: number[] = [];
  for (const [step, batch] of batches.entries()) {
    const outputs = await gradients.run(asFed(batch, shape));
    losses.push(outputs["masked_lm_loss"]![0]! + outputs["sentence_order_loss"]![0]!);
    const rate = learningRateAt(step, SCHEDULE);
    await apply.run(applyInputs(optimiser, step, rate, outputs["gradient_norm"]![0]!));
  }
  await backend.dispose();
  return losses;
}

/**
 * The same weights and the same 200 batches of the default experiment's examples through transformers on torch and
 * through onnxruntime: how far the two loss curves are apart at most, with AdamW and with LAMB. The argument is the
 * examples' folder. `ratio` is the allowed distance to the largest.
 */
export const run: Bench = async ([folder = "artifacts/sop-pairs/latest/examples"]) => {
  const batches = batchesOf(await readExamples(folder));
  const specs = pretrainingPrograms(
    CONFIG,
    { batchSize: ROWS, sequenceLength: LENGTH, maskedPositions: 1 },
    optimiserSchema.parse({}),
  ).parameters;
  const initial = initialParameters(specs, CONFIG, 42);
  const work = await mkdtemp(join(tmpdir(), "loss-curve-"));
  try {
    const files = { weights: join(work, "weights.safetensors"), batches: join(work, "batches") };
    await writeSafetensors(files.weights, toHuggingFaceTensors(CONFIG, specs, initial));
    const lists = batches.map((batch) =>
      Object.fromEntries(Object.entries(batch).map(([name, values]) => [name, [...values]])),
    );
    await writeFile(files.batches, JSON.stringify(lists));
    const peer = await startPeer("loss_curve_torch.py", {
      ...files,
      config: toHuggingFaceConfig(CONFIG, { pad: 0, unk: 1, cls: 2, sep: 3, mask: 4 }),
      rates: batches.map((_, step) => learningRateAt(step, SCHEDULE)),
      sequence_length: LENGTH,
      threads: THREADS,
    });
    console.log(`peer: ${peer.description}`);
    const distances: Record<string, number> = {};
    for (const name of ["adamw", "lamb"] as const) {
      const ours = await ourCurve(name, initial, batches);
      const theirs = JSON.parse(await peer.ask(name)) as number[];
      const apart = ours.map((loss, step) => Math.abs(loss - theirs[step]!));
      distances[name] = Math.max(...apart);
      const at = (step: number) => `${ours[step]!.toFixed(6)} / ${theirs[step]!.toFixed(6)}`;
      console.log(
        `${name}: step 1 ${at(0)}, step 100 ${at(99)}, step 200 ${at(STEPS - 1)} (ours / peer); ` +
          `at most ${distances[name].toExponential(2)} apart, in step ${apart.indexOf(distances[name]) + 1}`,
      );
    }
    await peer.stop();
    const largest = Math.max(...Object.values(distances));
    return {
      bench: "loss-curve",
      ratio: LIMIT / largest,
      ours: largest,
      peer: LIMIT,
      unit: "largest distance of the losses",
      ...distances,
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
