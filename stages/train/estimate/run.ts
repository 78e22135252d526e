import type { StageContext } from "../../../engine/index.ts";
import { cutIntoBatches, groupedByLength } from "../../../lib/padded-lengths.ts";
import { parameterCount } from "../../../model/config.ts";
import { stepFlops } from "../../../model/step-cost.ts";
import { openBackend } from "../../open-backend.ts";
import { readTokenizerInput } from "../../tokenizer-input.ts";
import type { TrainInputs } from "../begin.ts";
import type { Taken } from "../clock.ts";
import { type ExampleSet, lengthOf, readExamples } from "../example-set.ts";
import { BARE_PROCESS, microBatchOf, ONNXRUNTIME_BY_PRECISION, trainingMemory } from "../memory.ts";
import type { PretrainParams } from "../params.ts";
import { ascending, lengthsFor, type PaddedLengths, paddedShape, paddedShapes } from "../shape.ts";
import type { estimate } from "../tables.ts";
import { type LengthShare, type Timed, timeLengths } from "./measure.ts";

/** Long enough for some tens of a small model's steps. */
const SECONDS = 5;

type EstimateContext = StageContext<PretrainParams, { readonly estimate: typeof estimate }>;

/** Computes what can be computed, and times a few steps on the backend that the parameters name. */
export async function* runEstimate(inputs: TrainInputs, context: EstimateContext) {
  const { params } = context;
  const process_bytes = process.memoryUsage.rss();
  const tokenizer = await readTokenizerInput(inputs.tokenizer);
  const set = await readExamples(inputs.examples, tokenizer.pieces.length);
  const config = { ...params.model, vocabSize: tokenizer.pieces.length };
  const lengths = lengthsFor(set, params, config);
  const { trainBatchSize: batchSize } = params;
  const { recomputeActivations: recompute, numTrainSteps: steps, optimiser, precision } = params;
  const microBatchSize = microBatchOf(config, paddedShapes(lengths, batchSize), params);
  const backend = await openBackend(context);
  try {
    const timed = { config, optimiser, recompute, precision, batchSize, microBatchSize };
    const shares = sharesOf(set, lengths, timed);
    const took = await timeLengths(backend, timed, shares, SECONDS);
    const sampled = Math.min(params.heldoutSample, set.heldout.length);
    const measured = Math.floor(steps / params.evaluateEverySteps) * sampled + set.heldout.length;
    const parts = Math.ceil(measured / microBatchSize);
    const step = (of: keyof Taken) => took.gradients[of] + took.update[of];
    const whole = (of: keyof Taken) =>
      took.start[of] + steps * step(of) + parts * took.evaluation[of];
    const shapes = paddedShapes(lengths, microBatchSize);
    const memory = trainingMemory(config, shapes, recompute, ONNXRUNTIME_BY_PRECISION[precision]);
    yield {
      estimate: {
        parameters: parameterCount(config).total,
        process_bytes,
        weight_bytes: memory.weights,
        gradient_bytes: memory.gradients,
        moment_bytes: memory.moments,
        update_bytes: memory.update,
        layer_bytes: memory.layer,
        activation_bytes: memory.activations,
        logit_bytes: memory.logits,
        memory_bytes: process_bytes + memory.total - BARE_PROCESS,
        step_flops: shares.reduce(
          (sum, { training, ...length }) =>
            sum + training * stepFlops(config, paddedShape(length, batchSize)),
          0,
        ),
        steps,
        epochs: (steps * batchSize) / set.train.length,
        step_seconds: step("seconds"),
        seconds: whole("seconds"),
        cpu_seconds: whole("cpuSeconds"),
      },
    };
  } finally {
    await backend.dispose();
  }
}

/** What share of the batches of training and of held-out examples is padded to each length. */
function sharesOf(
  set: ExampleSet,
  padded: PaddedLengths,
  { batchSize, microBatchSize }: Pick<Timed, "batchSize" | "microBatchSize">,
): readonly LengthShare[] {
  const lengths = ascending(padded);
  const pieces = lengths.map(({ sequenceLength }) => sequenceLength);
  const shares = (examples: Int32Array, size: number) => {
    const groups = groupedByLength(examples, (example) => lengthOf(set, example), pieces);
    const batches = cutIntoBatches(groups, size);
    return pieces.map(
      (_, at) => batches.filter(({ group }) => group === at).length / batches.length,
    );
  };
  const [training, heldout] = [shares(set.train, batchSize), shares(set.heldout, microBatchSize)];
  return lengths.map((length, at) => ({
    ...length,
    training: training[at]!,
    heldout: heldout[at]!,
  }));
}
