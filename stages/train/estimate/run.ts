import type { StageContext } from "../../../engine/index.ts";
import { parameterCount } from "../../../model/config.ts";
import { stepFlops } from "../../../model/step-cost.ts";
import { openBackend } from "../../open-backend.ts";
import { readTokenizerInput } from "../../tokenizer-input.ts";
import type { TrainInputs } from "../begin.ts";
import { readExamples } from "../example-set.ts";
import { fittingMicroBatch, trainingBytes } from "../memory.ts";
import type { PretrainParams } from "../params.ts";
import { shapeOf } from "../shape.ts";
import type { estimate } from "../tables.ts";
import { type Taken, timeTraining } from "./measure.ts";

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
  const shape = shapeOf(set, params, config);
  const { recomputeActivations: recompute, numTrainSteps: steps, optimiser, precision } = params;
  const microBatchSize = params.microBatchSize ?? fittingMicroBatch(config, shape, recompute);
  const mostTargets = shape.maskedPositions / shape.batchSize;
  const { batchSize, sequenceLength } = shape;
  const part = {
    ...shape,
    batchSize: microBatchSize,
    maskedPositions: microBatchSize * mostTargets,
  };
  const backend = await openBackend(context);
  try {
    const timed = { config, optimiser, recompute, precision, batchSize, microBatchSize };
    const took = await timeTraining(backend, { ...timed, sequenceLength, mostTargets }, SECONDS);
    const sampled = Math.min(params.heldoutSample, set.heldout.length);
    const measured = Math.floor(steps / params.evaluateEverySteps) * sampled + set.heldout.length;
    const parts = Math.ceil(measured / microBatchSize);
    const whole = (of: keyof Taken) =>
      took.start[of] + steps * took.step[of] + parts * took.evaluation[of];
    const { state, activations } = trainingBytes(config, part, recompute);
    yield {
      estimate: {
        parameters: parameterCount(config).total,
        process_bytes,
        state_bytes: state,
        activation_bytes: activations,
        memory_bytes: process_bytes + state + activations,
        step_flops: stepFlops(config, shape),
        steps,
        epochs: (steps * batchSize) / set.train.length,
        step_seconds: took.step.seconds,
        seconds: whole("seconds"),
        cpu_seconds: whole("cpuSeconds"),
      },
    };
  } finally {
    await backend.dispose();
  }
}
