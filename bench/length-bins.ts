import { availableParallelism } from "node:os";
import { selectBackend } from "../backend/select.ts";
import { RandomStream } from "../lib/random.ts";
import { median } from "../lib/spread.ts";
import { albert } from "../model/config.ts";
import { TrainingOrder } from "../stages/train/batches.ts";
import type { ExampleView } from "../stages/train/example-set.ts";
import { params } from "../stages/train/params.ts";
import type { PaddedLength } from "../stages/train/shape.ts";
import { Trainer } from "../stages/train/trainer.ts";
import type { Result } from "./result.ts";

const WINDOW = 128;
const BINS = [32, 64];
const BATCH = 16;
const MASKED = 0.15;
const RATE = 1e-4;

/**
 * Pieces a second, padding left out, of whole training steps of ALBERT tiny on short documents (1 to 4 sentences of 5 to
 * 30 pieces), in length bins of 32, 64 and 128 beside all batches padded to 128. Args: rounds, steps a round (an epoch).
 */
export async function run(args: readonly string[]): Promise<Result> {
  const [rounds, steps] = [Number(args[0] ?? 3), Number(args[1] ?? 20)];
  const examples = shortExamples(steps * BATCH);
  const pieces = examples.reduce((sum, { ids }) => sum + ids.length, 0);
  const fill = pieces / (examples.length * WINDOW);
  console.log(
    `${examples.length} examples, ${pieces} pieces: windows of ${WINDOW} are ${fill.toFixed(3)} full`,
  );
  const binned = await training(examples, BINS);
  const full = await training(examples, []);
  const speeds = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    speeds.ours.push(pieces / (await binned(steps)));
    speeds.peer.push(pieces / (await full(steps)));
    const [ours, peer] = [speeds.ours.at(-1)!, speeds.peer.at(-1)!];
    console.log(
      `round ${round + 1}: in bins ${ours.toFixed(0)}, padded ${peer.toFixed(0)} pieces/s`,
    );
  }
  const [ours, peer] = [median(speeds.ours), median(speeds.peer)];
  return {
    bench: "length-bins",
    ratio: ours / peer,
    ours,
    peer,
    unit: "pieces/s",
    fill,
    rounds: speeds,
  };
}

/** A training that runs an epoch and resolves to the seconds that it took; every length is compiled before. */
async function training(examples: readonly ExampleView[], bins: readonly number[]) {
  const backend = await selectBackend("onnxruntime", { threads: availableParallelism() });
  const { optimiser, precision } = params.parse({});
  const of = (length: number): PaddedLength => ({
    sequenceLength: length,
    mostTargets: Math.ceil(MASKED * length),
  });
  const trainer = await Trainer.create({
    backend,
    config: { ...albert("tiny"), vocabSize: 8000 },
    optimiser,
    precision,
    recompute: false,
    batchSize: BATCH,
    microBatchSize: BATCH,
    ...of(WINDOW),
    shorter: bins.map(of),
    shrinks: false,
    onShrink() {},
  });
  await trainer.model.initialise(1);
  const lengthOf = (example: number) => examples[example]!.ids.length;
  const order = new TrainingOrder(
    Int32Array.from(examples.keys()),
    BATCH,
    1,
    bins.length === 0 ? undefined : { lengths: trainer.lengths, lengthOf },
  );
  let step = 0;
  const take = async (rows: readonly ExampleView[], longest: number) => {
    const { result } = await trainer.gradients({ examples: () => rows, longest }, 0);
    await trainer.model.apply(step, RATE, result.gradient_norm);
  };
  const short = examples.filter(({ ids }) => ids.length <= Math.min(...trainer.lengths));
  for (const length of trainer.lengths) await take(short.slice(0, BATCH), length);
  return async (steps: number) => {
    const started = performance.now();
    for (const end = step + steps; step < end; step++) {
      const rows = Array.from(order.at(step), (example) => examples[example]!);
      await take(rows, Math.max(...rows.map(({ ids }) => ids.length)));
    }
    return (performance.now() - started) / 1000;
  };
}

function shortExamples(count: number): ExampleView[] {
  const random = new RandomStream(1, "bench length bins");
  return Array.from({ length: count }, (_, index) => {
    const sentences = Array.from({ length: 1 + random.below(4) }, () => 5 + random.below(26));
    const length = Math.min(WINDOW, 3 + sentences.reduce((sum, pieces) => sum + pieces, 0));
    const ids = Int32Array.from({ length }, () => 5 + random.below(7995));
    const positions = Array.from({ length: Math.round(MASKED * length) }, (_, at) => 1 + at);
    return {
      ids,
      types: Uint8Array.from(ids, (_, at) => Number(2 * at >= length)),
      positions,
      targets: positions.map((at) => ids[at]!),
      label: index % 2,
    };
  });
}
